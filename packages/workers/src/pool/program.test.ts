import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./program.fixture.js', import.meta.url));

test.each([
  ['thread', 'awaited'],
  ['thread', 'not awaited'],
  ['process', 'awaited'],
  ['process', 'not awaited'],
  ['loop', 'awaited'],
  ['loop', 'not awaited'],
])('a script with a %s pool whose main function is %s runs once, and ends by itself', async (kind, ends) => {
  const { stdout, stderr } = await run(process.execPath, [program, kind, ends], { timeout: 25_000 });
  expect({ stdout, stderr }).toEqual({ stdout: 'script\n18 15\ndrained\n', stderr: '' });
});

test.each([
  ['thread', []],
  ['thread', ['--expose-gc']],
  ['process', []],
])('code that is no file runs tasks of modules in a %s pool, with options %j', async (kind, options) => {
  const code = `
    import { ${kind}Pool } from '@millrace/workers';
    import { double } from '${new URL('./tasks.fixture.js', import.meta.url)}';
    await ${kind}Pool({ workers: 1 }).use(async (pool) => console.log(await pool.submit(double, 2)));`;
  const args = [...options, '--input-type=module', '-e', code];
  const { stdout, stderr } = await run(process.execPath, args, { timeout: 25_000, cwd: dirname(program) });
  expect({ stdout, stderr }).toEqual({ stdout: '4\n', stderr: '' });
});

test.each(['thread', 'loop'])(
  'a task of a %s pool may listen to its signal as often as it likes: nothing warns of a leak',
  async (kind) => {
    const code = `
    import { ${kind}Pool } from '@millrace/workers';
    import { listens } from '${new URL('./loop-setup.fixture.js', import.meta.url)}';
    await ${kind}Pool({ workers: 1 }).use(async (pool) => console.log(await pool.submit(listens, 50)));`;
    const args = ['--input-type=module', '-e', code];
    const { stdout, stderr } = await run(process.execPath, args, { timeout: 25_000, cwd: dirname(program) });
    expect({ stdout, stderr }).toEqual({ stdout: '50\n', stderr: '' });
  },
);

test.each(['thread', 'process'])(
  'promises as items of a %s pool are refused with the way out, and do not end the program',
  async (kind) => {
    const code = `
    import { ${kind}Pool } from '@millrace/workers';
    import { same } from '${new URL('./tasks.fixture.js', import.meta.url)}';
    await ${kind}Pool({ workers: 1 }).use(async (pool) => {
      let fail;
      const promise = new Promise((_, reject) => { fail = reject; });
      const { reason } = (await pool.asCompleted(same, [promise]).next()).value;
      fail(new Error('nobody looks at it'));
      await new Promise(setImmediate);
      console.log(reason.code, reason.message);
    });`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
      timeout: 25_000,
      cwd: dirname(program),
    });
    expect(stdout).toMatch(/^ERR_CLONE item is an instance of Promise, .* await it, and send what it gives\n$/);
  },
);

test('a listener of lanes that throws keeps no call from its result, and what it throws is heard', async () => {
  const code = `
    import { threadPool } from '@millrace/workers';
    import { double } from '${new URL('./tasks.fixture.js', import.meta.url)}';
    const heard = new Set();
    process.on('uncaughtException', ({ message }) => heard.add(message));
    const pool = threadPool({ workers: 1, onLane: ({ kind }) => { throw new Error('at ' + kind); } });
    console.log(await pool.submit(double, 2));
    await pool.drain();
    console.log(...heard);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { timeout: 25_000, cwd: dirname(program) });
  expect(stdout).toBe('4\nat ready\n');
});

test.each(['setup', 'task', 'module'])(
  'a loop pool that was cancelled while its %s hung keeps no program alive',
  async (what) => {
    const code = `
    import { loopPool } from '@millrace/workers';
    import { double, forever, unloaded } from '${new URL('./hanging.fixture.js', import.meta.url)}';
    const options = { workers: 1, graceMs: 10, startTimeoutMs: 600_000 };
    const [pool, task] = {
      setup: [loopPool({ ...options, setup: forever }), double],
      task: [loopPool(options), forever],
      module: [loopPool(options), unloaded],
    }['${what}'];
    const call = pool.submit(task, 1, { timeoutMs: 600_000 }).catch(({ code }) => console.log(code));
    await new Promise(setImmediate);
    await pool.cancel();
    await call;`;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', code], { timeout: 25_000 });
    expect({ stdout, stderr }).toEqual({ stdout: 'ERR_CLOSED\n', stderr: '' });
  },
);

test('TypeScript that the main thread refuses is told with what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'refused-'));
  const module = join(folder, 'rows.mts');
  await writeFile(module, 'enum Kind { A }\nexport const rows = (): Kind => Kind.A;\n');
  const code = `
    import { loopPool, task } from '@millrace/workers';
    const rows = task(new URL('${pathToFileURL(module)}'), 'rows');
    await loopPool().use((pool) => pool.submit(rows, 1)).catch(({ message }) => console.log(message));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { timeout: 25_000, cwd: dirname(program) });
  expect(stdout).toContain(`could not import ${pathToFileURL(module)}: `);
  expect(stdout).toContain('start the program by tsx (node --import tsx), or compile the module');
  await rm(folder, { recursive: true });
});

test.each(['thread', 'process'])(
  'a %s pool needs no code made of texts: rows cross where Node.js is told not to make any',
  async (kind) => {
    const code = `
    import { ${kind}Pool } from '@millrace/workers';
    import { same } from '${new URL('./tasks.fixture.js', import.meta.url)}';
    const rows = Array.from({ length: 500 }, (_, id) => ({ id }));
    let sum = 0;
    await ${kind}Pool({ workers: 1 }).use(async (pool) => {
      for await (const { id } of pool.map(same, rows)) sum += id;
    });
    console.log(sum);`;
    const args = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', code];
    const { stdout, stderr } = await run(process.execPath, args, { timeout: 25_000, cwd: dirname(program) });
    expect({ stdout, stderr }).toEqual({ stdout: '124750\n', stderr: '' });
  },
);
