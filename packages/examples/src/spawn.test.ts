import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const nodeModules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** A project of a user: Millrace comes from its node_modules, the tasks lie in modules of its own. */
const project = {
  'main.mjs': `
    import { spawnProcess, spawnThread, task } from '@millrace/workers';
    import { declared } from './lib/declared.mjs';

    const own = task(import.meta, 'own', (word) => 'own ' + word);
    const exported = task(new URL('./lib/plain.mjs', import.meta.url), 'shout');
    for (const [kind, spawn] of Object.entries({ thread: spawnThread, process: spawnProcess })) {
      const workers = [own, declared, exported].map((task) => spawn('the ' + kind, task, 'word'));
      for (const { result } of workers) console.log(await result);
      await Promise.all(workers.map((worker) => worker.join()));
      console.log(...workers.map(({ exitCode }) => exitCode));
    }
  `,
  'lib/declared.mjs': `
    import { currentWorker, task } from '@millrace/workers';
    import { shout } from './plain.mjs';
    export const declared = task(import.meta, 'declared', async (word) => shout(word) + ' in ' + currentWorker().name);
  `,
  'lib/plain.mjs': `
    export const shout = (word) => word.toUpperCase();
  `,
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-user-'));
  await symlink(nodeModules, join(folder, 'node_modules'));
  await mkdir(join(folder, 'lib'));
  for (const [name, text] of Object.entries(project)) await writeFile(join(folder, name), text);
});

afterEach(() => rm(folder, { recursive: true }));

test('threads and processes find tasks of the script, of a module beside it, and exports of one that knows nothing of them', async () => {
  // Not the folder of the script: modules are found by their URLs.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, 'main.mjs')], { cwd: tmpdir() });
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    ...['own word', 'WORD in the thread', 'WORD', '0 0 0'],
    ...['own word', 'WORD in the process', 'WORD', '0 0 0'],
    '',
  ]);
}, 120_000);
