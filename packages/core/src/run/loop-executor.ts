import type { TaskContext } from '../declare/declaration.js';
import { isThenable, outputMaker } from '../lane/index.js';
import { END, NONE } from '../queue/index.js';
import { type AheadSlots, type Emission, type EmissionHost, emissionOf } from './emission.js';
import type { Executor, Work } from './executor.js';

export interface LoopOptions {
  /** Tasks running at once, ≥ 1. A task whose generator has not ended is running. */
  readonly concurrency: number;
  readonly context: TaskContext;
  readonly ahead: AheadSlots;
  /** Error for an Observable that emits faster than it is taken. */
  readonly overflow: (held: number) => Error;
  /** What happens to a value on its way to the task and back; absent: nothing. Throws when the value cannot cross. */
  readonly cross?: (value: unknown) => unknown;
  /** True when the main thread should let the event loop turn; asked after every `lookEvery` tasks started. */
  readonly overdue: () => boolean;
  readonly lookEvery: number;
}

/** The event loop as executor: starts tasks up to its concurrency; a task that does not return a promise is done when it returns. */
export class LoopExecutor implements Executor {
  running = 0;
  readonly lanes = [];
  readonly #task: (item: unknown, context: TaskContext) => unknown;
  readonly #work: Work;
  readonly #options: LoopOptions;
  /** Flights that wait for their next task: each keeps its two callbacks for life, so that none is made per item. */
  readonly #idle: Flight[] = [];
  #started = 0;
  #stopped = false;

  constructor(task: (item: unknown, context: TaskContext) => unknown, work: Work, options: LoopOptions) {
    this.#task = task;
    this.#work = work;
    this.#options = options;
  }

  get load(): number {
    return this.running / this.#options.concurrency;
  }

  readonly advance = (): void => {
    while (!this.#stopped && this.running < this.#options.concurrency) {
      if (this.#started % this.#options.lookEvery === 0 && this.#options.overdue()) {
        this.#work.wake();
        return;
      }
      const slot = this.#work.admit();
      if (slot < 0) return;
      this.#started += 1;
      this.#start(slot);
    }
  };

  readonly stop = (): void => {
    this.#stopped = true;
  };

  #start(slot: number): void {
    let result: unknown;
    try {
      const item = this.#work.item(slot);
      result = this.#task(this.#options.cross === undefined ? item : this.#options.cross(item), this.#options.context);
    } catch (error) {
      this.#work.failed(slot, error);
      return;
    }
    if (isThenable(result)) {
      this.running += 1;
      (this.#idle.pop() ?? new Flight(this)).follow(slot, result);
    } else this.#settle(slot, result);
  }

  /** A followed promise has resolved or rejected. */
  landed(flight: Flight, slot: number, outcome: 'value' | 'error', result: unknown): void {
    this.running -= 1;
    this.#idle.push(flight);
    if (this.#stopped) return;
    if (outcome === 'error') this.#work.failed(slot, result);
    else this.#settle(slot, result);
    this.#work.wake();
  }

  #settle(slot: number, result: unknown): void {
    const { cross } = this.#options;
    const maker = outputMaker(result, this.#options.overflow);
    if (maker === undefined) {
      if (cross === undefined) this.#work.value(slot, result);
      else this.#settleCrossed(slot, result, cross);
      return;
    }
    this.running += 1;
    try {
      const emission = emissionOf(maker, this.#emissionHost());
      this.#work.many(slot, cross === undefined ? emission : crossed(emission, cross));
    } catch (error) {
      this.running -= 1;
      this.#work.failed(slot, error);
    }
  }

  #settleCrossed(slot: number, result: unknown, cross: (value: unknown) => unknown): void {
    let output: unknown;
    try {
      output = cross(result);
    } catch (error) {
      this.#work.failed(slot, error);
      return;
    }
    this.#work.value(slot, output);
  }

  #emissionHost(): EmissionHost {
    let live = true;
    return {
      ahead: this.#options.ahead,
      wake: this.#work.wake,
      settled: () => {
        if (!live) return;
        live = false;
        this.running -= 1;
        this.#work.wake();
      },
    };
  }
}

/** One running promise. */
class Flight {
  readonly #executor: LoopExecutor;
  #slot = -1;

  constructor(executor: LoopExecutor) {
    this.#executor = executor;
  }

  follow(slot: number, promise: PromiseLike<unknown>): void {
    this.#slot = slot;
    // A thenable of someone else's may call back twice; a promise made of it does not.
    (promise instanceof Promise ? promise : Promise.resolve(promise)).then(this.#onValue, this.#onError);
  }

  readonly #onValue = (value: unknown): void => this.#executor.landed(this, this.#slot, 'value', value);
  readonly #onError = (error: unknown): void => this.#executor.landed(this, this.#slot, 'error', error);
}

function crossed(emission: Emission, cross: (value: unknown) => unknown): Emission {
  return {
    get held() {
      return emission.held;
    },
    take: () => {
      const output = emission.take();
      return output === NONE || output === END ? output : cross(output);
    },
    cancel: emission.cancel,
  };
}
