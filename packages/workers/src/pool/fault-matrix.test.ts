// Nothing hangs, every item has one outcome, and only the guilty one fails: wherever a worker dies, in lanes of both kinds, with nothing
// or much waiting, in order or not.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type CallOptions,
  type PoolOptions,
  processPool,
  type Settled,
  type Task,
  type TaskPool,
  task,
  threadPool,
} from '@millrace/workers';
import { soaking } from '../soaking.fixture.js';
import type { Fault, Item } from './faults.fixture.js';
import * as faults from './faults.fixture.js';

const { work } = faults;
const range = (to: number): number[] => Array.from({ length: to }, (_, i) => i);
const doubled = (to: number): number[] => range(to).map((i) => i * 2);
const among = (fault: Fault): Item[] => range(200).map((i) => (i === GUILTY ? { fault } : i));
const GUILTY = 77;
const LIMIT_MS = 30_000;

interface Read {
  readonly values: readonly unknown[];
  readonly error: unknown;
}

/** What comes out of a map, and what ends it. */
async function read(results: AsyncIterable<unknown>): Promise<Read> {
  const values: unknown[] = [];
  try {
    for await (const result of results) values.push(result);
  } catch (error) {
    return { values, error };
  }
  return { values, error: undefined };
}

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect(value).toBe('a rejection'),
    (error: unknown) => error,
  );

/** The guilty item alone failed, and with that. */
function expectGuilty(outcomes: readonly PromiseSettledResult<unknown>[], error: object): void {
  const failed = outcomes.flatMap((outcome, i) => (outcome.status === 'rejected' ? [[i, outcome.reason]] : []));
  expect(failed).toEqual([[GUILTY, expect.objectContaining(error)]]);
  const values = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined));
  expect(values).toEqual(doubled(200).map((value, i) => (i === GUILTY ? undefined : value)));
}

/** Ways to give a pool items of which one is guilty, each with what must come of it. */
const ways = {
  async calls(pool: TaskPool, items: Item[], error: object, limits: CallOptions): Promise<void> {
    expectGuilty(await Promise.allSettled(items.map((item) => pool.submit(work, item, limits))), error);
  },
  async asCompleted(pool: TaskPool, items: Item[], error: object, limits: CallOptions): Promise<void> {
    const told = (await read(pool.asCompleted(work, items, limits))).values as Settled<unknown>[];
    expect(told.map(({ index }) => index).sort((a, b) => a - b)).toEqual(range(200));
    expectGuilty(
      [...told].sort((a, b) => a.index - b.index),
      error,
    );
  },
  async map(pool: TaskPool, items: Item[], error: object, limits: CallOptions): Promise<void> {
    const ordered = await read(pool.map(work, items, limits));
    expect(ordered).toEqual({ values: doubled(GUILTY), error: expect.objectContaining(error) });
  },
  async mapUnordered(pool: TaskPool, items: Item[], error: object, limits: CallOptions): Promise<void> {
    const unordered = await read(pool.mapUnordered(work, items, limits));
    expect(unordered.error).toEqual(expect.objectContaining(error));
    expect(new Set(unordered.values).size).toBe(unordered.values.length);
    expect(doubled(200)).toEqual(expect.arrayContaining([...unordered.values]));
  },
};
type Way = keyof typeof ways;

/** What both kinds of lanes can die of meets half of the ways in threads and the others in processes. */
function waysIn(make: Kind['make'], death: number): readonly Way[] {
  const halves: readonly (readonly Way[])[] = [
    ['calls', 'mapUnordered'],
    ['asCompleted', 'map'],
  ];
  return soaking || death >= deaths.length ? halves.flat() : halves[(death + (make === threadPool ? 0 : 1)) % 2]!;
}

const restarts = (pool: TaskPool): number => pool.lanes.reduce((sum, lane) => sum + lane.restarts, 0);

async function restarted(pool: TaskPool, times: number): Promise<void> {
  while (restarts(pool) < times) await new Promise((resolve) => setTimeout(resolve, 5));
}

const unhandled: unknown[] = [];
const note = (reason: unknown): unknown => unhandled.push(reason);

beforeEach(() => void process.on('unhandledRejection', note));

afterEach(async () => {
  await new Promise(setImmediate);
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

interface Kind {
  readonly name: string;
  readonly make: (options: PoolOptions) => TaskPool;
  readonly deaths: [Fault, object][];
}

const death = (told: object): object => ({ code: 'ERR_WORKER_DEATH', ...told });
const thrown = { exitCode: 1, cause: expect.objectContaining({ name: 'RangeError', message: 'out of nowhere' }) };
const deaths: Kind['deaths'] = [
  ['an exit', death({ exitCode: 3 })],
  ['an exit with a last word', death({ exitCode: 9, lastStderrLine: 'no disk left' })],
  ['an uncaught error', death(thrown)],
  ['an unhandled rejection', death(thrown)],
  ['a loop without end', { code: 'ERR_TIMEOUT' }],
  ['a wait without end', { code: 'ERR_TIMEOUT' }],
];
const outOfMemory = { exitCode: 1, cause: expect.objectContaining({ code: 'ERR_WORKER_OUT_OF_MEMORY' }) };

const kinds: Kind[] = [
  { name: 'threads', make: threadPool, deaths: [...deaths, ['too much memory', death(outOfMemory)]] },
  {
    name: 'processes',
    make: processPool,
    deaths: [...deaths, ['a fault in native code', death({ signal: 'SIGSEGV' })], ['an abort', death({ signal: 'SIGABRT' })]],
  },
];

describe.each(kinds)('in $name', ({ make, deaths }) => {
  const options = { workers: 2, maxRestarts: 50, graceMs: 200, resourceLimits: { maxOldGenerationSizeMb: 32 } };

  test.each(deaths.map(([fault, error], i) => [fault, error, waysIn(make, i)] as const))(
    '%s in a task',
    async (fault, error, tried) => {
      const pool = make(options);
      const limits = error === deaths[4]![1] || error === deaths[5]![1] ? { timeoutMs: 300 } : {};
      const failure = expect.objectContaining(error);
      expect(await rejection(pool.submit(work, { fault }, limits))).toEqual(failure);
      expect(await pool.submit(work, 1)).toBe(2);
      const items = among(fault);
      await Promise.all(tried.map((way) => ways[way](pool, items, error, limits)));
      await pool.drain();
      expect(pool).toMatchObject({ waiting: 0, running: 0 });
    },
    LIMIT_MS,
  );

  test(
    'a death between two batches costs no item',
    async () => {
      const pool = make(options);
      expect(await pool.submit(faults.exitSoon, 1)).toBe(1);
      await restarted(pool, 1);
      expect(await read(pool.map(work, range(200)))).toEqual({ values: doubled(200), error: undefined });
      await pool.drain();
    },
    LIMIT_MS,
  );

  test(
    'a death while a large result travels costs no item, that one included',
    async () => {
      const pool = make(options);
      const sizes = [32, 16, 8].map((mb) => mb * 2 ** 20);
      const large = sizes.map((size) => pool.submit(faults.largeThenExit, size));
      const calls = range(200).map((item) => pool.submit(work, item));
      expect((await Promise.all(large)).map(({ length }) => length)).toEqual(sizes);
      expect(await Promise.all(calls)).toEqual(doubled(200));
      // Two results of one turn of the event loop leave with one death.
      await restarted(pool, 1);
      expect(await pool.submit(work, 1)).toBe(2);
      await pool.drain();
    },
    LIMIT_MS,
  );

  test(
    'a death while the pool drains costs the guilty item, and the drain ends',
    async () => {
      const pool = make({ ...options, setup: faults.setUp, teardown: faults.tearDownExiting });
      const calls = among('an exit').map((item) => pool.submit(work, item));
      const mapped = pool.map(work, range(200));
      const first = await mapped.next();
      const drained = pool.drain();
      const rest = read(mapped);
      expectGuilty(await Promise.allSettled(calls), death({ exitCode: 3 }));
      expect([first.value, ...(await rest).values]).toEqual(doubled(200));
      await drained;
      expect(pool).toMatchObject({ waiting: 0, running: 0 });
    },
    LIMIT_MS,
  );

  test(
    'a death while the pool is cancelled keeps nobody waiting',
    async () => {
      const pool = make({ ...options, graceMs: 20_000 });
      await pool.submit(work, 1);
      const calls = [undefined, undefined, undefined].map((item) => rejection(pool.submit(faults.exitAborted, item)));
      const waiting = range(200).map((item) => pool.submit(work, item).catch(({ code }) => code));
      while (pool.running < 2) await new Promise(setImmediate);
      await pool.cancel('enough');
      expect(await Promise.all(calls)).toEqual(calls.map(() => expect.objectContaining({ code: 'ERR_CLOSED' })));
      (await Promise.all(waiting)).forEach((outcome, i) => void expect(['ERR_CLOSED', i * 2]).toContain(outcome));
    },
    LIMIT_MS,
  );

  const named = (file: string): Task<number, number> => task(new URL(file, import.meta.url), 'run');

  test.each<[string, Task<number, number>, object]>([
    ['is not there', named('./nowhere.js'), { code: 'ERR_IMPORT' }],
    ['throws at its top level', named('./unloadable.fixture.js'), { code: 'ERR_IMPORT', cause: { name: 'RangeError' } }],
  ])(
    'a module that %s fails its items, and no others',
    async (_, broken, error) => {
      const pool = make(options);
      const calls = range(200).map((item) => pool.submit(work, item));
      const failed = range(200).map((item) => rejection(pool.submit(broken, item)));
      for (const reason of await Promise.all(failed)) expect(reason).toMatchObject(error);
      expect((await read(pool.map(broken, range(200)))).error).toMatchObject(error);
      expect(await Promise.all(calls)).toEqual(doubled(200));
      expect(restarts(pool)).toBe(0);
      await pool.drain();
    },
    LIMIT_MS,
  );

  test(
    'what does not load within startTimeoutMs is named, and fails its items and no others',
    async () => {
      const startTimeoutMs = 3_000;
      const endless = async (broken: Task<number, number>): Promise<void> => {
        // A lane that is kept by a loop cannot tell which of the tasks that it is loading is to blame: the other one is there already.
        const pool = make({ ...options, workers: 1, startTimeoutMs });
        await pool.submit(work, 1);
        const calls = range(200).map((item) => pool.submit(work, item));
        const failed = range(200).map((item) => rejection(pool.submit(broken, item)));
        const message = expect.stringContaining(`does ${broken.module} wait for something at its top level? lane 0 could not`);
        for (const reason of await Promise.all(failed)) expect(reason).toMatchObject({ code: 'ERR_TIMEOUT', message });
        expect(await Promise.all(calls)).toEqual(doubled(200));
        await pool.drain();
      };
      const endlessSetup = async (): Promise<void> => {
        const pool = make({ ...options, startTimeoutMs, setup: faults.setUpEndless });
        const failed = range(200).map((item) => rejection(pool.submit(work, item)));
        const message = expect.stringContaining('or does setup "setUpEndless" take long? ');
        for (const reason of await Promise.all(failed)) expect(reason).toMatchObject({ code: 'ERR_TIMEOUT', message });
        await pool.drain();
      };
      const modules = ['./endless-import.fixture.js', './looping-import.fixture.js'];
      await Promise.all([...modules.map((module) => endless(named(module))), endlessSetup()]);
    },
    LIMIT_MS,
  );

  test(
    'a setup that fails fails the calls',
    async () => {
      const pool = make({ ...options, setup: faults.setUpFailing });
      const error = { code: 'ERR_TASK', cause: { message: 'out of nowhere' } };
      expect(await rejection(pool.submit(work, 1))).toMatchObject(error);
      for (const reason of await Promise.all(range(200).map((item) => rejection(pool.submit(work, item))))) {
        expect(reason).toMatchObject(error);
      }
      expect(await read(pool.map(work, range(200)))).toMatchObject({ values: [], error });
      await pool.drain();
    },
    LIMIT_MS,
  );

  test.each<[string, Task<number, unknown>, PoolOptions]>([
    ['a module', named('../lanes/exiting-module.fixture.js'), {}],
    ['a setup', work, { setup: faults.setUpExiting }],
  ])(
    '%s that ends every worker ends the pool, with the last death',
    async (_, broken, setup) => {
      const pool = make({ ...options, ...setup, maxRestarts: 1 });
      const failed = range(200).map((item) => rejection(pool.submit(broken, item)));
      const mapped = read(pool.map(broken, range(200)));
      const error = { code: 'ERR_WORKER_DEATH', message: expect.stringMatching(/died more often than 1 times a minute/) };
      for (const reason of [...(await Promise.all(failed)), (await mapped).error]) expect(reason).toMatchObject(error);
      expect(await rejection(pool.submit(work, 1))).toMatchObject(error);
      await pool.drain();
    },
    LIMIT_MS,
  );
});

test(
  'in processes, too much memory in a task',
  async () => {
    const program = fileURLToPath(new URL('./memory.program.fixture.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: LIMIT_MS - 1_000 });
    const { told, values } = JSON.parse(stdout);
    const outOfMemory = {
      code: 'ERR_WORKER_DEATH',
      signal: 'SIGABRT',
      lastStderrLine: expect.stringMatching(/heap out of memory$/),
    };
    expect(told).toEqual(['alone', GUILTY].map((of) => ({ of, ...outOfMemory })));
    expect(values).toEqual(doubled(200).filter((_, i) => i !== GUILTY));
  },
  LIMIT_MS,
);
