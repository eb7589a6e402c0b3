import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { useFolder } from '../runner/folder.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { stationStatistics } from './pipeline.js';

const folder = useFolder();

test('the stations are those that another count of the same file gives', async () => {
  const printed = await shortRun('measurements', { folder: folder.path() });
  expect(printed[0]).toMatch(/^2 read, 400 delivered, dead letters: 0\. /);
  const text = await readFile(join(folder.path(), 'measurements.txt'), 'utf8');
  const values = byStation(text.trimEnd().split('\n'));
  const expected = [...values.keys()].sort().map((station) => {
    const tenths = values.get(station)!.map((line) => Math.round(Number(line.split(';')[1]) * 10));
    const mean = tenths.reduce((sum, one) => sum + one, 0) / tenths.length;
    const [min, max] = [Math.min(...tenths), Math.max(...tenths)];
    return [station, tenths.length, ...[min, mean, max].map((one) => (one / 10).toFixed(1))].join(',');
  });
  expect(await folder.text('stations.csv')).toBe(['station,count,min,mean,max', ...expected, ''].join('\n'));
});

test('measurements of one’s own are summed up; a line that is none fails the run, and nothing is written', async () => {
  const file = join(folder.path(), 'mine.txt');
  const out = join(folder.path(), 'out');
  await writeFile(file, 'Ulm;-0.5\nBern;21.0\nUlm;1.5\n');
  await shortRun('measurements', { folder: out, file });
  expect(await readFile(join(out, 'stations.csv'), 'utf8')).toBe(
    'station,count,min,mean,max\nBern,1,21.0,21.0,21.0\nUlm,2,-0.5,0.5,1.5\n',
  );
  await writeFile(file, 'Ulm;-0.5\nBern\n');
  await mkdir(join(out, 'next'));
  await expect(stationStatistics.run({ file, out: join(out, 'next', 'stations.csv') })).rejects.toThrow(
    'this is no measurement: "Bern"',
  );
  await expect(readFile(join(out, 'next', 'stations.csv'))).rejects.toThrow('ENOENT');
});

function byStation(lines: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of lines) {
    const station = line.split(';')[0]!;
    found.set(station, [...(found.get(station) ?? []), line]);
  }
  return found;
}
