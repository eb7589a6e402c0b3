import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { paramsOf } from './example.js';
import { examples } from './examples.js';

const root = new URL('../../../../', import.meta.url);
const pages = new URL('docs/examples/', root);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const index = read('docs/examples/README.md');

/** Pages that jobs to copy are on; their pipelines are kept short. */
const toCopy = [...read('docs/examples/etl.md').matchAll(/^## (.+)$/gm)].map(([, name]) => name!);

describe.each(examples)('the example $name', ({ name, summary, load }) => {
  const folder = `packages/examples/src/${name}/`;

  test('has a row of the index that leads to its section, which tells the command', () => {
    const page = new RegExp(`^\\| \\[${name}\\]\\(([^)#]+)#${name}\\) \\| (.*) \\|$`, 'm').exec(index);
    expect(page?.[2]).toBe(summary);
    const text = readFileSync(new URL(page![1]!, pages), 'utf8');
    const [, section] = text.split(`\n## ${name}\n`);
    expect(section?.split('\n## ')[0]).toMatch(/^```sh$/m);
  });

  test('can be loaded, and its test runs it as --short does', async () => {
    const found = await load();
    const tests = readdirSync(new URL(folder, root)).filter((file) => file.endsWith('.test.ts'));
    const text = tests.map((file) => read(folder + file)).join('\n');
    if (found.kind === 'program') {
      expect(existsSync(found.module)).toBe(true);
      expect(text).toMatch(/'\.\/main\.js'|startDemo/);
    } else {
      expect(text).toContain(`shortRun('${name}'`);
      const kinds = (size: 'default' | 'short') => Object.values(paramsOf(found, size)).map((value) => typeof value);
      expect(kinds('short')).toEqual(kinds('default'));
    }
  });
});

test('names are those of the folders, each once', () => {
  const names = examples.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const folders = readdirSync(new URL('packages/examples/src/', root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'runner')
    .map((entry) => entry.name);
  expect([...names].sort()).toEqual(folders.sort());
});

test('a pipeline to copy has less than 80 lines', () => {
  expect(toCopy.length).toBeGreaterThanOrEqual(6);
  const long = toCopy.filter((name) => read(`packages/examples/src/${name}/pipeline.ts`).split('\n').length > 80);
  expect(long).toEqual([]);
});
