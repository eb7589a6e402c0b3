import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Folder, moduleText } from '../program.fixture.js';
import { isModule, moduleTarget } from './module-target.js';

const folder = new Folder();
let file: string;

beforeAll(async () => {
  file = await folder.write('p.mjs', moduleText);
});
afterAll(() => folder.remove());

const nothing = { set: {} };

test.each([
  ['orders.yaml', false],
  ['orders.json', false],
  ['-', false],
  ['orders.ts', true],
  ['orders.mjs', true],
  ['orders.cts', true],
  ['lib/orders#daily', true],
])('%s names a module: %s', (target, module) => {
  expect(isModule(target)).toBe(module);
});

test('an export that there is not: the error lists the pipelines and the other exports, and says which may be meant', async () => {
  await expect(moduleTarget(`${file}#nubmers`, nothing)).rejects.toThrow(
    `${file} has no export "nubmers"; did you mean "numbers"?; its pipelines are complaining, endless, file, numbers, remote; it also exports version`,
  );
});

test('an export that is no pipeline', async () => {
  await expect(moduleTarget(`${file}#version`, nothing)).rejects.toThrow(
    `the export "version" of ${file} is no pipeline; its pipelines are complaining, endless, file, numbers, remote`,
  );
});

test('what an object inherits is no export', async () => {
  await expect(moduleTarget(`${file}#toString`, nothing)).rejects.toThrow('has no export "toString"');
});

test('without a name several pipelines are an error, and the only one there is is taken', async () => {
  await expect(moduleTarget(file, nothing)).rejects.toThrow(`say which pipeline of ${file} is meant, as in ${file}#complaining`);
  const only = await folder.write(
    'only.mjs',
    `import { flow, pipeline } from '@millrace/core'; export const only = pipeline(import.meta, 'only', () => flow([1]));`,
  );
  expect((await moduleTarget(only, nothing)).plan().pipeline).toBe('only');
});

test('params are what --set says', async () => {
  const { plan } = await moduleTarget(`${file}#file`, { set: { from: 'in.ndjson' } });
  expect(plan().stages.map(({ kind }) => kind)).toEqual(['source', 'sink']);
});

test.each([
  [{ limit: 3 }, '--limit is for pipeline files'],
  [{ maxErrors: '1%' }, '--max-errors is for pipeline files'],
])('options of files are refused: %j', async (option, told) => {
  await expect(moduleTarget(`${file}#numbers`, { set: {}, ...option })).rejects.toThrow(told);
});
