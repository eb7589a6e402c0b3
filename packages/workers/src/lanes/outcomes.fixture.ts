import type { Batch, Job, JobHandle, LanePool, LanePoolOptions, Loss, Reply, Suspect } from '@millrace/workers';
import { lanePool } from '@millrace/workers';
import type { Spec } from './tasks.fixture.js';

const tasksModule = new URL('./tasks.fixture.js', import.meta.url).href;

export type Isolation = NonNullable<LanePoolOptions['isolation']>;

let current: Isolation = 'thread';

/** What the lanes of the tests are. A file of tests that holds for both is imported by another one, which sets this first. */
export const isolation = (): Isolation => current;

export function isolate(kind: Isolation): void {
  current = kind;
}

/** A pool over the tasks of tasks.fixture that is closed when the body has ended. */
export async function withPool<T>(options: Partial<LanePoolOptions>, body: (pool: LanePool) => Promise<T>): Promise<T> {
  const resolver = { module: tasksModule, export: 'resolve' };
  const pool = lanePool({ size: 1, resolver, isolation: current, ...options });
  try {
    return await body(pool);
  } finally {
    await pool.close();
  }
}

export interface Outcome {
  readonly values: unknown[];
  error?: unknown;
  /** It was running when its lane died; it is not run again. */
  death?: Loss;
}

interface Numbered extends Batch {
  readonly numbers: readonly number[];
}

export interface Settings {
  readonly maxBatch?: number;
  readonly maxLanes?: number;
  /** Items of each batch, however many the pool asks for. */
  readonly batchOf?: number;
  /** Default: every paused batch is resumed at once. */
  readonly resumes?: boolean;
  readonly timeoutMs?: number;
  readonly maxTasksPerWorker?: number;
  readonly isBound?: boolean;
  /** It says how many items wait. */
  readonly countsWaiting?: boolean;
  readonly attempts?: readonly number[];
  readonly onTake?: (numbers: readonly number[]) => void;
  readonly onReply?: (reply: Reply, numbers: readonly number[]) => void;
}

/** A job over a list of items that keeps the outcome of each, asserts that each comes once, and re-runs the neighbours of a dead one. Where
 * the guilty item is not known, it runs them one by one. */
export class ListJob implements Job<Numbered> {
  readonly spec: unknown;
  readonly maxBatch: number;
  readonly maxLanes: number;
  readonly timeoutMs: number | undefined;
  readonly maxTasksPerWorker: number | undefined;
  readonly isBound: boolean | undefined;
  readonly waiting: (() => number) | undefined;
  readonly outcomes: Outcome[];
  /** In the order in which they were taken. */
  readonly batches: Numbered[] = [];
  /** Of each loss: the number of the guilty item, or what is said in its place. */
  readonly suspects: Suspect[] = [];
  readonly replies: Reply[] = [];
  readonly deaths: Loss[] = [];
  readonly done: Promise<readonly Outcome[]>;
  readonly #items: readonly unknown[];
  readonly #settings: Settings;
  readonly #waiting: number[];
  readonly #alone = new Set<number>();
  readonly #covered = new Map<Numbered, number>();
  #paused: Numbered | undefined;
  readonly #givenUp = new Set<number>();
  readonly #settled = new Set<number>();
  #resolve!: (outcomes: readonly Outcome[]) => void;
  #reject!: (error: Error) => void;
  handle: JobHandle<Numbered> | undefined;

  constructor(spec: unknown, items: readonly unknown[], settings: Settings = {}) {
    this.spec = spec;
    this.#items = items;
    this.#settings = settings;
    this.maxBatch = settings.maxBatch ?? 64;
    this.maxLanes = settings.maxLanes ?? 64;
    this.timeoutMs = settings.timeoutMs;
    this.maxTasksPerWorker = settings.maxTasksPerWorker;
    this.isBound = settings.isBound;
    this.waiting = settings.countsWaiting ? () => this.#waiting.length : undefined;
    this.outcomes = items.map(() => ({ values: [] }));
    this.#waiting = items.map((_, number) => number);
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => {});
  }

  readonly take = (max: number): Numbered | undefined => {
    if (this.#waiting.length === 0) return undefined;
    const numbers = this.#waiting.splice(0, this.#alone.has(this.#waiting[0]!) ? 1 : (this.#settings.batchOf ?? max));
    const { attempts } = this.#settings;
    const batch = {
      numbers,
      items: numbers.map((number) => this.#items[number]),
      attempts: attempts && numbers.map((number) => attempts[number]!),
    };
    this.batches.push(batch);
    this.#settings.onTake?.(numbers);
    return batch;
  };

  readonly reply = (batch: Numbered, reply: Reply): void => {
    this.replies.push(reply);
    this.#settings.onReply?.(reply, batch.numbers);
    const first = this.#covered.get(batch) ?? 0;
    const counts = reply.counts ?? batch.items.map(() => 1);
    let next = 0;
    counts.forEach((count, i) => {
      const number = batch.numbers[first + i]!;
      this.outcomes[number]!.values.push(...reply.values.slice(next, next + count));
      next += count;
      const unfinished = reply.more && i === counts.length - 1;
      if (!unfinished) this.#settle(number);
    });
    for (const { index, error } of reply.failures ?? []) this.outcomes[batch.numbers[index]!]!.error = error;
    this.#covered.set(batch, first + counts.length - (reply.more ? 1 : 0));
    if (reply.more) {
      this.#paused = batch;
      if (this.#settings.resumes !== false) this.resume();
    }
    if (reply.returned > 0) this.#takeBack(batch.numbers.slice(-reply.returned));
    this.#check();
  };

  readonly lost = (batch: Numbered, suspect: Suspect, why: Loss): void => {
    this.deaths.push(why);
    this.suspects.push(typeof suspect === 'number' ? batch.numbers[suspect]! : suspect);
    const first = this.#covered.get(batch) ?? 0;
    batch.numbers.slice(first).forEach((number, i) => {
      if (this.#givenUp.has(number)) this.#settle(number);
      else if (first + i === suspect) {
        this.outcomes[number]!.death = why;
        this.#settle(number);
      } else this.#waiting.unshift(number);
      if (suspect === 'unknown') this.#alone.add(number);
    });
    this.handle?.poke();
    this.#check();
  };

  readonly broken = (error: Error): void => this.#reject(error);

  /** The batch that paused last. */
  resume(): void {
    this.handle!.resume(this.#paused!);
  }

  /** Gives up an item that is in a lane, in the batch that took it last; it has its outcome with that when its lane is lost. */
  cancel(number: number, reason: unknown): void {
    const batch = this.batches.findLast(({ numbers }) => numbers.includes(number))!;
    this.#givenUp.add(number);
    this.handle!.cancel(batch, batch.numbers.indexOf(number), reason);
  }

  #takeBack(numbers: readonly number[]): void {
    for (const number of numbers) if (this.#givenUp.has(number)) this.#settle(number);
    this.#waiting.unshift(...numbers.filter((number) => !this.#givenUp.has(number)));
    this.handle?.poke();
  }

  #settle(number: number): void {
    if (this.#settled.has(number)) this.#reject(new Error(`item ${number} has two outcomes`));
    this.#settled.add(number);
  }

  #check(): void {
    if (this.#settled.size === this.outcomes.length) this.#resolve(this.outcomes);
  }
}

export function start(pool: LanePool, spec: Spec, items: readonly unknown[], settings?: Settings): ListJob {
  const job = new ListJob(spec, items, settings);
  job.handle = pool.add(job);
  return job;
}

export const range = (to: number): number[] => Array.from({ length: to }, (_, i) => i);
