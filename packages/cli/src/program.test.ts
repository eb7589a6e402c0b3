import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Folder } from './program.fixture.js';

/** Tells every module that is loaded. */
const telling = `import { register } from 'node:module';
const hooks = \`export async function load(url, context, next) { process._rawDebug('loads ' + url); return next(url, context); }\`;
register('data:text/javascript,' + encodeURIComponent(hooks));`;

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

test.each(['--help', '--version'])('millrace %s loads no connector', async (arg) => {
  const hook = await folder.write('telling.mjs', telling);
  const { code, err } = await folder.start([arg], { NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` }).finished;
  expect(code).toBe(0);
  const loaded = err.split('\n').filter((line) => line.startsWith('loads '));
  expect(loaded.filter((line) => line.includes('/cli/'))).not.toEqual([]);
  expect(loaded.filter((line) => line.includes('/connectors/'))).toEqual([]);
});
