import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { useFolder } from '../runner/folder.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { chart } from './chart.js';
import type { Row } from './comparison.js';
import { measure } from './measure.js';
import { findPython } from './run-trial.js';
import { jobs, ways } from './trial.js';
import { elements } from './xml.fixture.js';

const folder = useFolder();

describe('the comparison', () => {
  test('has a row for each way, in Python too where it is, all with one result; a table, bars, a sentence each, an image, and JSON', async () => {
    const python = await findPython();
    const languages = ['Node.js', ...(python === undefined ? [] : ['Python'])];
    const names = languages.flatMap((language) => ways.map((way) => `${language}, ${way}`));
    const [svg, json] = [join(folder.path(), 'charts', 'times.svg'), join(folder.path(), 'times.json')];
    const lines = await shortRun('compare', { svg, json });

    expect(lines.filter((line) => /^mixed: .* took \d+\.\d\d s$/.test(line))).toHaveLength(names.length);
    for (const name of names) {
      const [language, way] = name.split(', ');
      const starting = (text: string): string[] => lines.filter((line) => line.startsWith(text));
      expect(starting(`  ${language} `).filter((line) => line.includes(`  ${way} `))).toHaveLength(1);
      const bars = starting(`  ${name} `).map((line) => line.match(/[█▏▎▍▌▋▊▉]+ [\d.]+ (s|MiB)/g) ?? []);
      expect(bars.map((found) => found.length)).toEqual([3]);
      expect(starting(`  ${name}: `).filter((line) => line.endsWith('.'))).toHaveLength(1);
    }
    expect(lines.at(-1)).toBe('All ways of a job came to the same result.');
    expect(lines.some((line) => line.includes('no python3'))).toBe(languages.length === 1);

    const { rows, ...head } = JSON.parse(await readFile(json, 'utf8')) as { readonly rows: readonly Row[] };
    expect(head).toMatchObject({ items: 3, ms: 1, steps: 100, workers: 1 });
    expect(head).toHaveProperty('versions', [`Node.js ${process.version}`, ...(python === undefined ? [] : [python.version])]);
    expect(rows.map(({ language, way }) => `${language}, ${way}`)).toEqual(names);
    expect(new Set(rows.map(({ digest }) => digest)).size).toBe(1);
    expect(rows).toEqual(rows.map((row) => ({ ...row, explanation: expect.stringMatching(/\.$/) })));
    for (const { ms, startMs, cpuMs, memoryBytes } of rows) {
      for (const number of [ms, cpuMs, memoryBytes]) expect(number).toBeGreaterThan(0);
      expect(startMs).toBeLessThanOrEqual(ms);
    }
    // A child has memory of its own.
    const memory = (way: string): number => rows.find((row) => row.language === 'Node.js' && row.way === way)!.memoryBytes;
    expect(memory('processes')).toBeGreaterThan(1.3 * memory('sequential'));

    expect(elements(await readFile(svg, 'utf8')).filter((name) => name === 'rect')).toHaveLength(3 * names.length + 1);
  }, 120_000);

  test.each(jobs)('%s comes to the same on the loop as one after another', async (job) => {
    const trial = { job, items: 3, ms: 1, steps: 50, workers: 1 };
    const [first, second] = [await measure({ ...trial, way: 'sequential' }), await measure({ ...trial, way: 'loop' })];
    expect(second.digest).toBe(first.digest);
  });

  test('where there is no Python there is none', async () => {
    expect(await findPython('no-python-is-called-so')).toBeUndefined();
  });

  test('a job that there is not is told, with those that there are', async () => {
    await expect(shortRun('compare', { jobs: 'io,cup' })).rejects.toThrow('there is no job "cup"; there are io, cpu, mixed');
  });

  test('an image is well-formed whatever its title', () => {
    expect(elements(chart([], 'a < b & "c"'))).toEqual(['svg', 'title', 'rect', 'text']);
  });
});
