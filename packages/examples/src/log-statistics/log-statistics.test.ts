import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '@millrace/core';
import { useFolder } from '../runner/folder.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { parseLine } from './pipeline.js';

const folder = useFolder();

describe('log statistics', () => {
  test('the hours are those that another count of the same files gives, and cut lines are dead letters with their place', async () => {
    const printed = await shortRun('log-statistics', { folder: folder.path() });
    expect(printed[0]).toMatch(/^3000 read, 24 delivered, dead letters: 6\. /);

    const expected = ['hour,requests,errors,bytes,slowest_ms'];
    const lines = await allLines(join(folder.path(), 'logs'));
    for (let hour = 0; hour < 24; hour += 1) {
      const stamp = `[19/Nov/2026:${String(hour).padStart(2, '0')}:`;
      const numbers = lines
        .filter((line) => line.includes(stamp) && line.length > 40)
        .map((line) => line.split(' ').slice(-3).map(Number) as [number, number, number]);
      const bytes = numbers.reduce((sum, [, more]) => sum + more, 0);
      const errors = numbers.filter(([status]) => status >= 500).length;
      const slowest = Math.max(...numbers.map(([, , ms]) => ms));
      expected.push(`2026-11-19T${String(hour).padStart(2, '0')},${numbers.length},${errors},${bytes},${slowest}`);
    }
    expect(await folder.text('hours.csv')).toBe(`${expected.join('\n')}\n`);

    const letters = await folder.rows<DeadLetter>('rejects.ndjson');
    // In the order in which they failed, on several lanes.
    letters.sort((a, b) => a.position! - b.position!);
    expect(letters.map(({ position }) => position)).toEqual([499, 999, 1499, 1999, 2499, 2999]);
    expect(letters[0]).toMatchObject({ stage: 'parse', error: { message: 'this is no line of an access log' } });
    expect(letters[0]?.origin).toMatch(/access-00\.log\.gz:500:1$/);
  });

  test('a month that there is not is no line of a log', () => {
    expect(() => parseLine('203.0.113.7 - - [19/Nox/2026:08:30:00 +0000] "GET / HTTP/1.1" 200 5 3')).toThrow('no line');
  });
});

async function allLines(path: string): Promise<string[]> {
  const files = await Promise.all((await readdir(path)).map((name) => readFile(join(path, name))));
  return files.flatMap((file) => (file[0] === 0x1f ? gunzipSync(file) : file).toString().trimEnd().split('\n'));
}
