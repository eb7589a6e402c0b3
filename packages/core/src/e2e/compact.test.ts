import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Project } from './project.fixture.js';

// Programs of their own: what a lane loads depends on the options of the process.
const patience = 60_000;
const projects: Project[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

/** Prints what the task of a lane makes of 1. */
const program = (task: string, isolation: string): string => `
  import { fork } from 'node:child_process';
  import { once } from 'node:events';
  import { Worker } from 'node:worker_threads';
  import { cpu, flow, pipeline, PlanError } from '@millrace/core';

  const one = pipeline(import.meta, 'one', (_) => flow([1]).pipe(cpu('task', ${task})));
  const out = [];
  for await (const output of one.iterate(undefined, { workers: 1, isolation: '${isolation}' })) out.push(output);
  console.log(JSON.stringify(out));
`;
const other = `
  import { parentPort } from 'node:worker_threads';
  import { flow, pipeline, io } from '@millrace/core';
  const tell = (it) => (parentPort === null ? process.send(it) : parentPort.postMessage(it));
  const doubled = pipeline(import.meta, 'doubled', (_) => flow([1, 2]).pipe(io('double', (n) => n * 2)));
  try {
    tell((await doubled.run()).delivered);
  } catch (error) {
    tell(error.code + ': ' + error.message);
  }
  if (parentPort === null) process.disconnect();
`;

async function printed(task: string, isolation: string, ...args: string[]): Promise<unknown> {
  const project = new Project({ 'main.js': program(task, isolation), 'other.js': other });
  projects.push(project);
  const { stdout, stderr } = await project.run(...args, 'main.js');
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe.each(['thread', 'process'])('in a lane that is a %s', (isolation) => {
  test(
    'no module that runs pipelines is loaded, and a task sees the options of its program',
    async () => {
      const task = `() => [process.execArgv, /new (\\w+)/.exec(String(pipeline))[1]]`;
      expect(await printed(task, isolation)).toEqual([[[], 'ParkedPipeline']]);
    },
    patience,
  );

  test(
    'a task that reads a flow gets its items',
    async () => {
      const task = `async (n) => [...(await flow([n, 2]).pipe((items) => items).toArray())]`;
      expect(await printed(task, isolation)).toEqual([[1, 2]]);
    },
    patience,
  );

  test(
    'a process that a task forks runs pipelines',
    async () => {
      const task = `async () => (await once(fork(new URL('./other.js', import.meta.url)), 'message'))[0]`;
      expect(await printed(task, isolation)).toEqual([2]);
    },
    patience,
  );

  test(
    'a worker thread that a task starts with the options of its program runs pipelines',
    async () => {
      const task = `async () => (await once(new Worker(new URL('./other.js', import.meta.url), { execArgv: process.execArgv }), 'message'))[0]`;
      expect(await printed(task, isolation)).toEqual([2]);
    },
    patience,
  );

  test(
    'a worker thread that a task starts without them is told so when it runs one',
    async () => {
      const task = `async () => (await once(new Worker(new URL('./other.js', import.meta.url)), 'message'))[0]`;
      expect(await printed(task, isolation)).toEqual([expect.stringMatching(/^ERR_PLAN: .*execArgv: process.execArgv/)]);
    },
    patience,
  );
});

test(
  'options that a worker thread would not take do not keep lanes from starting',
  async () => {
    expect(await printed('(n) => n + 1', 'thread', '--max-old-space-size=200')).toEqual([2]);
  },
  patience,
);

test(
  'a program loads the built file, and with --enable-source-maps its stack traces name the sources',
  async () => {
    const failing = `
      import { flow, io } from '@millrace/core';
      const error = await flow([1]).pipe(io('task', () => { throw new Error('no'); })).toArray().catch((error) => error);
      console.log(JSON.stringify([import.meta.resolve('@millrace/core'), error.stack]));
    `;
    const project = new Project({ 'failing.js': failing });
    projects.push(project);
    const { stdout, stderr } = await project.run('--enable-source-maps', 'failing.js');
    expect(stderr).toBe('');
    const [resolved, stack] = JSON.parse(stdout) as [string, string];
    expect(resolved).toMatch(/\/core\/dist\/main\/index\.js$/);
    expect(stack).toMatch(/\/core\/src\/run\/live-run\.ts:\d+/);
    expect(stack).not.toContain('/dist/');
  },
  patience,
);

test(
  'with --enable-source-maps stack traces of lanes name the places in the sources',
  async () => {
    const refused = `
      import { parkWhileLoading, SharedQueue, task, threadPool } from '@millrace/workers';
      const stack = task(import.meta, 'stack', () => {
        try { new SharedQueue({ capacity: -1 }); } catch (error) { return error.stack; }
      });
      if (!parkWhileLoading()) console.log(await threadPool({ workers: 1 }).use((pool) => pool.submit(stack)));
    `;
    const project = new Project({ 'refused.js': refused }, ['@millrace/workers']);
    projects.push(project);
    const { stdout } = await project.run('--enable-source-maps', 'refused.js');
    const [, file, line, column] = /\((\/.*\/workers\/src\/.*\.ts):(\d+):(\d+)\)/.exec(stdout) ?? [];
    const place = readFileSync(file!, 'utf8')
      .split('\n')
      [Number(line) - 1]!.slice(Number(column) - 1);
    expect(place).toMatch(/^new RangeError\(/);
  },
  patience,
);
