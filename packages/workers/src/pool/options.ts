import type { ResourceLimits } from 'node:worker_threads';
import type { LaneEvent } from '../lanes/lane-event.js';
import type { WorkerLine } from '../lanes/lane-pool-options.js';
import type { ErrorClass } from '../wire/remote-error.js';
import { nearest } from './nearest.js';
import { isTask, type Task } from './task.js';
import type { CallOptions, MapOptions } from './task-pool.js';

/** Options of a pool, the same for all kinds of pool: what has no meaning for a kind has no effect there. */
export interface PoolOptions {
  /**
   * Lanes: items that run at the same time. Default: for threads and processes the cores that this program may use, for the event loop 16.
   */
  readonly workers?: number | undefined;
  /** Workers that start with the first call; the others when work waits that none has room for. At least 0. Default: all. */
  readonly minWorkers?: number | undefined;
  /** A worker that has had nothing to do for so long ends, while more than `minWorkers` live, in ms. Default: never. */
  readonly idleMs?: number | undefined;
  /** Submitted items that may wait before `room()` does. Default 1024. */
  readonly capacity?: number | undefined;
  /** Runs once in each lane before its first task; what it gives is `resource` in the context of tasks. Its argument is undefined. */
  readonly setup?: Task<undefined, unknown> | undefined;
  /** Takes back what `setup` gave: runs once in each lane at its end, with the resource; not in a worker that died or was terminated. */
  readonly teardown?: Task<never, unknown> | undefined;
  /** Items of a task that one worker runs; then it is replaced. Default: no limit. */
  readonly maxTasksPerWorker?: number | undefined;
  /** Limits of each worker's memory; beyond them it dies, and the pool lives. Default: those of Node. */
  readonly resourceLimits?: ResourceLimits | undefined;
  /** Time for a worker to start, and for a lane to load a task and to run `setup`, in ms. Default 30 000. */
  readonly startTimeoutMs?: number | undefined;
  /** Time for what still runs when the pool is cancelled or an item is given up, in ms. Default 1 000. */
  readonly graceMs?: number | undefined;
  /** Restarts of a lane within a minute. Default 5. */
  readonly maxRestarts?: number | undefined;
  /** Classes that errors keep when they come back from a lane, found by name, besides the built-in ones. */
  readonly errors?: readonly ErrorClass[] | undefined;
  /**
   * Told what happens to the lanes, as it happens. Of threads and processes. What it throws is an uncaught error of the program; the pool
   * goes on.
   */
  readonly onLane?: ((event: LaneEvent) => void) | undefined;
  /**
   * Hears what workers print, line by line in the order of its arrival, all of it before `drain` resolves. Default: it goes to stdout and
   * stderr of this process.
   */
  readonly onOutput?: ((line: WorkerLine) => void) | undefined;
}

interface Rule {
  /** What the option takes, in words. */
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
}

type RulesOf<Options> = { readonly [Name in keyof Required<Options>]: Rule };

// Timers of more than 2^31 - 1 ms would fire at once.
const LONGEST_MS = 2 ** 31 - 1;
const integer = (min: number, max = Number.MAX_SAFE_INTEGER): Rule => ({
  takes: max === LONGEST_MS ? `an integer from ${min} to ${max} (ms)` : `an integer ≥ ${min}`,
  fits: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
});
const milliseconds = (min: number): Rule => integer(min, LONGEST_MS);
const ofType = (type: 'boolean' | 'function' | 'object', takes: string): Rule => ({
  takes,
  fits: (value) => typeof value === type && value !== null,
});
const ofTask: Rule = { takes: 'a task: task(import.meta, name, fn) or task(url, name)', fits: isTask };

const poolRules: RulesOf<PoolOptions> = {
  workers: integer(1),
  minWorkers: integer(0),
  idleMs: milliseconds(1),
  capacity: integer(1),
  setup: ofTask,
  teardown: ofTask,
  maxTasksPerWorker: integer(1),
  resourceLimits: ofType('object', 'an object, as worker_threads takes it'),
  startTimeoutMs: milliseconds(1),
  graceMs: milliseconds(0),
  maxRestarts: integer(0),
  errors: {
    takes: 'an array of classes of errors',
    fits: (value) => Array.isArray(value) && value.every((found) => typeof found === 'function'),
  },
  onLane: ofType('function', 'a function'),
  onOutput: ofType('function', 'a function'),
};

const megabytes: Rule = {
  takes: 'a number above 0 (MB)',
  fits: (value) => typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY,
};

/** A limit by a wrong name is none: Node.js says nothing of it. */
const limitRules: RulesOf<ResourceLimits> = {
  maxOldGenerationSizeMb: megabytes,
  maxYoungGenerationSizeMb: megabytes,
  codeRangeSizeMb: megabytes,
  stackSizeMb: megabytes,
};

const callRules: RulesOf<CallOptions> = {
  // By its shape: it may come from another realm.
  signal: {
    takes: 'an AbortSignal',
    fits: (value) => typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value,
  },
  timeoutMs: milliseconds(1),
  transfer: ofType('boolean', 'true or false'),
};

const { resourceLimits, startTimeoutMs, graceMs, errors, onOutput } = poolRules;
const spawnRules = {
  ...{ resourceLimits, startTimeoutMs, graceMs, errors, onOutput },
  daemon: ofType('boolean', 'true or false'),
  env: ofType('object', 'an object of strings'),
};

const mapRules: RulesOf<MapOptions> = { ...callRules, bufferSize: integer(1), chunkSize: integer(1) };

/** @throws TypeError, or RangeError for a number out of range */
export function checkPoolOptions(owner: string, options: unknown): void {
  check(owner, poolRules, options);
  checkLimits(owner, options as PoolOptions);
  const { setup, teardown } = options as PoolOptions;
  if (teardown !== undefined && setup === undefined) {
    throw new TypeError(`${owner}: option "teardown" takes back what "setup" gave, and there is no "setup"`);
  }
}

/** @throws TypeError, or RangeError for a number out of range */
export function checkSubmit(task: unknown, options: unknown): void {
  checkTask('submit', task);
  if (options !== undefined) check('submit', callRules, options);
}

/** @throws TypeError, or RangeError for a number out of range */
export function checkMap(owner: string, task: unknown, items: unknown, options: unknown): void {
  checkTask(owner, task);
  const iterable =
    typeof items === 'string' ||
    (typeof items === 'object' && items !== null && (Symbol.iterator in items || Symbol.asyncIterator in items));
  if (!iterable)
    throw new TypeError(`${owner}: the second argument must be an iterable or an async iterable, got ${textOf(items)}`);
  if (options !== undefined) check(owner, mapRules, options);
}

/** @throws TypeError, or RangeError for a number out of range */
export function checkSpawn(owner: string, name: unknown, task: unknown, options: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`${owner}: the first argument must be a name, a string that is not empty, got ${textOf(name)}`);
  }
  checkTask(owner, task, 'second');
  check(owner, spawnRules, options);
  checkLimits(owner, options as Pick<PoolOptions, 'resourceLimits'>);
}

function checkLimits(owner: string, { resourceLimits: limits }: Pick<PoolOptions, 'resourceLimits'>): void {
  if (limits !== undefined) check(`${owner}: option "resourceLimits"`, limitRules, limits);
}

function checkTask(owner: string, task: unknown, which = 'first'): void {
  if (isTask(task)) return;
  const hint =
    typeof task === 'function'
      ? '. A function cannot cross to a worker: declare it at the top level of its module, const name = task(import.meta, "name", fn)'
      : '';
  throw new TypeError(`${owner}: the ${which} argument must be ${ofTask.takes}, got ${textOf(task)}${hint}`);
}

function check(owner: string, rules: { readonly [name: string]: Rule }, options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${owner}: options must be an object, got ${textOf(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) throw new TypeError(`${owner}: unknown option "${name}"; ${hint(name, Object.keys(rules))}`);
    if (value === undefined || rule.fits(value)) continue;
    const message = `${owner}: option "${name}" must be ${rule.takes}, got ${textOf(value)}`;
    throw typeof value === 'number' ? new RangeError(message) : new TypeError(message);
  }
}

function hint(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  return `${near === undefined ? '' : `did you mean "${near}"? `}Allowed here: ${names.join(', ')}`;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}…` : JSON.stringify(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
