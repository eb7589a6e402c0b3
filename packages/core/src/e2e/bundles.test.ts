import { realpathSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type BuildOptions, buildSync } from 'esbuild';
import { Project } from './project.fixture.js';

const projects: Project[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

const orders = `
  import { isMainThread } from 'node:worker_threads';
  import { cpu, flow, operators, pipeline } from '@millrace/core';
  import { scan } from 'rxjs';
  import { half } from './half.js';

  const added = (sum, { n }) => sum + n;
  const records = (count) => Array.from({ length: count }, (_, n) => ({ n }));
  export const orders = pipeline(import.meta, 'orders', (count) =>
    flow(records(count)).pipe(cpu('half', half), cpu('sum', operators(scan(added, 0)))));
  if (isMainThread) console.log('orders declared');
`;
const half = `
  import { isMainThread } from 'node:worker_threads';
  export const half = ({ n }) => {
    if (isMainThread) throw new Error('not on a worker');
    if (n === 1000) throw Object.assign(new RangeError('too many'), { code: 'E_MANY' });
    return { n: n / 2 };
  };
`;
const main = `
  import { orders } from './orders.js';
  const sums = [];
  for await (const sum of orders.iterate(1000, { workers: 2 })) sums.push(sum);
  console.log(sums.length, sums.at(-1));
  await orders.run(1001, { workers: 2 }).catch(({ code, stage, position, cause }) =>
    console.log(code, stage, position, cause instanceof RangeError, cause.code));
`;
const ran = { code: 0, stdout: 'orders declared\n1000 249750\nERR_STAGE half 1000 true E_MANY\n', stderr: '' };

/** A project bundled from main.js, its sources gone: what runs is the bundle. */
function bundled(options: BuildOptions, files: Readonly<Record<string, string>>, packages?: readonly string[]): Project {
  const sources = new Project(files, ['@millrace/core', '@millrace/workers', 'rxjs']);
  const project = new Project({}, packages);
  projects.push(sources, project);
  buildSync({
    entryPoints: [sources.path('main.js')],
    outdir: project.path('.'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    ...options,
  });
  return project;
}

test('a bundle that leaves packages out runs cpu stages on workers', async () => {
  const project = bundled({ packages: 'external' }, { 'main.js': main, 'orders.js': orders, 'half.js': half });
  expect(await project.run('main.js')).toEqual(ran);
});

test('so does one minified file that holds Millrace and RxJS too', async () => {
  const project = bundled({ minify: true }, { 'main.js': main, 'orders.js': orders, 'half.js': half }, ['threads']);
  expect(await project.run('main.js')).toEqual(ran);
});

test('and one that is split into chunks', async () => {
  const files = {
    'main.js': "const { ran } = await import('./job.js'); await ran;",
    'job.js': `export const ran = (async () => {${main.replace(
      "import { orders } from './orders.js';",
      "const { orders } = await import('./orders.js');",
    )}})();`,
    'orders.js': orders,
    'half.js': half,
  };
  const project = bundled({ splitting: true }, files, ['threads']);
  expect(await project.run('main.js')).toEqual(ran);
});

describe('lanes of one minified file', () => {
  const inProcess = (task: string, isolation = 'process'): Readonly<Record<string, string>> => ({
    'main.js': `
      import { cpu, flow, pipeline } from '@millrace/core';
      import { task } from './task.js';

      const main = process.pid;
      const seen = pipeline(import.meta, 'seen', (of) => flow([0, 1, 2]).pipe(cpu('task', (n) => task(n, of), { isolation: '${isolation}' })));
      // Of an error that nobody catches Node.js prints the line of the bundle first, which is longer than a pipe holds.
      try {
        for await (const what of seen.iterate(main, { workers: 1 })) console.log(what);
        console.log('the end');
      } catch (error) {
        console.log(error.message);
      }
    `,
    'task.js': `export const task = ${task};`,
  });
  const oneFile = (task: string, isolation?: string): Project =>
    bundled({ minify: true }, inProcess(task, isolation), ['threads']);

  test('run its tasks', async () => {
    const { code, stdout, stderr } = await oneFile('(n, main) => [n, process.pid === main].join()').run('main.js');
    expect([code, stdout, stderr]).toEqual([0, '0,false\n1,false\n2,false\nthe end\n', '']);
  });

  test.each(['process', 'thread'])('see the arguments of the program, and not how they were started: %s', async (isolation) => {
    const names = "['require', 'module', 'exports', '__filename', '__dirname']";
    const task = `() => JSON.stringify([process.argv.slice(1), process.execArgv, ${names}.filter((name) => name in globalThis)])`;
    const project = oneFile(task, isolation);
    const { stdout } = await project.run('main.js', '--flag', '--', 'x');
    const args = [realpathSync(project.path('main.js')), '--flag', '--', 'x'];
    expect(stdout.split('\n')[0]).toBe(JSON.stringify([args, [], []]));
  });

  test('are told of when they die', async () => {
    const { stdout } = await oneFile('() => process.exit(7)').run('main.js');
    expect(stdout).toContain('exited with code 7');
  });
});

test.each(['threadPool', 'processPool'])('a %s that a task of one minified file makes runs tasks', async (kind) => {
  const program = `
    import { ${kind} as pool, task } from '@millrace/workers';
    const square = task(import.meta, 'square', (n) => n * n);
    const nested = task(import.meta, 'nested', (n) => pool({ workers: 1 }).use((inner) => inner.submit(square, n)));
    console.log(await pool({ workers: 1 }).use((outer) => outer.submit(nested, 5)));
  `;
  const { code, stdout, stderr } = await bundled({ minify: true }, { 'main.js': program }, ['threads']).run('main.js');
  expect([code, stdout, stderr]).toEqual([0, '25\n', '']);
});

test('a bundle without threads, which it cannot hold, says what to install', async () => {
  const project = bundled({}, { 'main.js': main, 'orders.js': orders, 'half.js': half }, []);
  const { code, stderr } = await project.run('main.js');
  expect(code).toBe(1);
  expect(stderr).toContain('a bundle does not hold it: install it there (npm install threads)');
});

test('what a bundle throws as it is loaded in a worker is told', async () => {
  const files = {
    'main.js': `
      import { isMainThread } from 'node:worker_threads';
      import { orders } from './orders.js';
      if (!isMainThread) throw new RangeError('not here');
      await orders.run(1, { workers: 1 }).catch(({ code, message, cause }) => console.log(code, message, cause instanceof RangeError));
    `,
    'orders.js': orders,
    'half.js': half,
  };
  const { stdout } = await bundled({}, files, ['threads']).run('main.js');
  expect(stdout).toMatch(/^orders declared\nERR_PLAN a worker could not import file:.*main\.js: not here true\n$/);
});

test('two pipelines of one name are refused where a bundle has made their modules one', async () => {
  const files = {
    'main.js': "import './orders.js'; import './more.js'; console.log('declared');",
    'orders.js': orders,
    'more.js': orders,
    'half.js': half,
  };
  const project = new Project(files);
  projects.push(project);
  expect((await project.run('main.js')).stdout).toBe('orders declared\norders declared\ndeclared\n');
  const { code, stderr } = await bundled({ packages: 'external' }, files).run('main.js');
  expect(code).toBe(1);
  expect(stderr).toContain('PlanError: pipeline "orders" is declared twice in file:');
  expect(stderr).toContain('a bundler has put both into that file: names must differ within a bundle');
});
