// Tasks for the contract of executors, in a pipeline of their own so that lanes find them too.
import { concat, range, throwError } from 'rxjs';
import type { TaskContext } from '../../declare/context.js';
import type { AnyTask } from '../../declare/declaration.js';
import { flow } from '../../declare/flow/flow.js';
import { cpu } from '../../declare/steps/stage.js';
import { pipeline } from '../pipeline.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function* upTo(count: number): Generator<number> {
  for (let i = 0; i < count; i += 1) yield i;
}

async function* slowlyUpTo(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i += 1) {
    await turn();
    yield i;
  }
}

function* breaking(count: number, error: unknown): Generator<number> {
  yield* upTo(count);
  throw error;
}

async function* slowlyBreaking(count: number, error: unknown): AsyncGenerator<number> {
  yield* slowlyUpTo(count);
  throw error;
}

async function* exiting(count: number): AsyncGenerator<number> {
  yield* upTo(count);
  await turn();
  process.exit(7);
}

/** Makes what the contract calls an expansion, by name. */
const expansions: Record<string, (count: number) => unknown> = {
  generator: upTo,
  asyncGenerator: slowlyUpTo,
  observable: (count) => range(0, count),
  promisedGenerator: async (count) => upTo(count),
  promisedAsyncGenerator: async (count) => slowlyUpTo(count),
  promisedObservable: async (count) => range(0, count),
};

class Detailed extends RangeError {
  readonly code = 'E_DETAILED';
  readonly row = 17;
}

/** Makes a failure, by name. */
const failures: Record<string, () => unknown> = {
  thrown: () => {
    throw new TypeError('thrown', { cause: new RangeError('deep') });
  },
  rejected: () => Promise.reject(new SyntaxError('rejected')),
  late: async () => {
    await turn();
    throw new URIError('late');
  },
  detailed: () => {
    throw new Detailed('detailed');
  },
  text: () => {
    throw 'just text';
  },
  nothing: () => Promise.reject(undefined),
  plain: () => {
    throw { why: 'plain' };
  },
  bareObject: () => Promise.reject(Object.create(null)),
  brokenThen: () => ({
    // biome-ignore lint/suspicious/noThenProperty: that is what the test is about.
    get then() {
      throw new EvalError('no then');
    },
  }),
  brokenNext: () => ({
    get next() {
      throw new EvalError('no next');
    },
  }),
};

/** Makes an expansion that fails after some outputs, by name. */
const breakages: Record<string, (count: number, error: unknown) => unknown> = {
  generator: breaking,
  asyncGenerator: slowlyBreaking,
  observable: (count, error) =>
    concat(
      range(0, count),
      throwError(() => error),
    ),
};

const uncloneables: Record<string, () => unknown> = {
  value: () => ({ customer: { onChange: () => undefined } }),
  promise: async () => ({ customer: { onChange: () => undefined } }),
  emission: function* () {
    yield 1;
    yield { customer: { onChange: () => undefined } };
  },
};

/** An item for `counted`: who runs is counted in memory that all threads share. */
export interface Counted {
  /** Tasks that run now, and the most that ever did. */
  readonly gauge: Int32Array<SharedArrayBuffer>;
  /** Tasks that are waited for to run at once, for a while. */
  readonly wanted: number;
}

async function counted({ gauge, wanted }: Counted): Promise<void> {
  const running = Atomics.add(gauge, 0, 1) + 1;
  if (running > Atomics.load(gauge, 1)) Atomics.store(gauge, 1, running);
  // A lane may still be starting.
  for (let turns = 0; turns < 1000 && Atomics.load(gauge, 1) < wanted; turns += 1) await elapse(2);
  await elapse(2);
  Atomics.sub(gauge, 0, 1);
}

const elapse = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An item that fails at first, in its way. */
export interface Stubborn {
  readonly way: keyof typeof refusals;
  /** Attempt that goes well; its output is its number. */
  readonly good: number;
}

const refused = new RangeError('not yet');

const refusals = {
  thrown: () => {
    throw refused;
  },
  rejected: () => Promise.reject(refused),
  generator: () => breaking(0, refused),
  asyncGenerator: () => slowlyBreaking(0, refused),
  afterOutput: () => slowlyBreaking(1, refused),
  exit: () => process.exit(7),
} as const satisfies Record<string, () => unknown>;

/** Makes what never ends, by name. */
const hangs: Record<string, (signal: AbortSignal) => unknown> = {
  promise: () => new Promise(() => undefined),
  heeding: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  asyncGenerator: async function* () {
    yield 1;
    await new Promise(() => undefined);
  },
};

export const tasks = {
  same: (item: unknown) => item,
  promised: async (item: unknown) => item,
  thenable: (item: unknown) => ({
    // biome-ignore lint/suspicious/noThenProperty: a thenable that is no promise, as some clients return.
    then: (resolve: (value: unknown) => void) => resolve(item),
  }),
  expand: ([name, count]: readonly [string, number]) => expansions[name]!(count),
  /** Fails as the item says; other items pass. */
  fail: (name: string) => (failures[name] ?? (() => name))(),
  breakOff: ([name, count]: readonly [string, number]) => breakages[name]!(count, new RangeError('broke off')),
  unclone: (name: string) => (uncloneables[name] ?? (() => name))(),
  counted,
  stubborn: ({ way, good }: Stubborn, { attempt }: TaskContext) => (attempt < good ? refusals[way]() : attempt),
  hang: (name: string, { signal }: TaskContext) => (hangs[name] ?? (() => name))(signal),
  exit: async (item: unknown) => {
    if (item === 'exit') process.exit(7);
    await turn();
    return Array.isArray(item) ? exiting(item[0]) : item;
  },
} as const satisfies Record<string, (item: never, context: TaskContext) => unknown>;

export type TaskName = keyof typeof tasks;

/** What the pipeline's only stage runs is a param, so that one module serves all tests. */
pipeline(import.meta, 'contract', ({ task }: { task: TaskName }) => flow<unknown>([]).pipe(cpu('task', tasks[task] as AnyTask)));

export const contractModule = import.meta.url;
