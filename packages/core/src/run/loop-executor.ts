import type { TaskContext } from '../declare/context.js';
import { isThenable, type OutputMaker, outputMaker } from '../lane/index.js';
import type { Cross } from './clone.js';
import { type AheadSlots, type Emission, type EmissionHost, emissionOf, OVER, PENDING } from './emission.js';
import type { Executor, Work } from './executor.js';

export interface LoopOptions {
  /** Tasks running at once, ≥ 1. A task whose generator has not ended is running. */
  readonly concurrency: number;
  readonly context: TaskContext;
  readonly ahead: AheadSlots;
  /** Error for an Observable that emits faster than it is taken. */
  readonly overflow: (held: number) => Error;
  /** Absent: values go to the task and back as they are. */
  readonly cross?: Cross;
  /** True when the main thread should let the event loop turn; asked before each task. */
  readonly overdue: () => boolean;
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
      if (this.#options.overdue()) {
        this.#work.wake();
        return;
      }
      const slot = this.#work.admit();
      if (slot < 0) return;
      this.#start(slot);
    }
  };

  readonly stop = (): void => {
    this.#stopped = true;
  };

  #start(slot: number): void {
    const { cross, context } = this.#options;
    let result: unknown;
    let promise: PromiseLike<unknown> | undefined;
    try {
      const item = this.#work.item(slot);
      result = this.#task(cross === undefined ? item : cross(item, 'item'), context);
      // A result is the user's: to look at it may run a getter that throws.
      if (isThenable(result)) promise = result;
    } catch (error) {
      this.#work.failed(slot, error);
      return;
    }
    if (promise === undefined) this.#settle(slot, result);
    else {
      this.running += 1;
      (this.#idle.pop() ?? new Flight(this)).follow(slot, promise);
    }
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
    const { cross, overflow } = this.#options;
    let output = result;
    let emission: Emission | undefined;
    try {
      const maker = outputMaker(result, overflow);
      if (maker !== undefined) emission = this.#open(maker);
      else if (cross !== undefined) output = cross(result, 'output');
    } catch (error) {
      this.#work.failed(slot, error);
      return;
    }
    if (emission === undefined) this.#work.value(slot, output);
    else this.#work.many(slot, emission);
  }

  #open(maker: OutputMaker): Emission {
    const emission = emissionOf(maker, this.#emissionHost());
    this.running += 1;
    const { cross } = this.#options;
    return cross === undefined ? emission : crossed(emission, cross);
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

/** An output that cannot cross ends the emission: its maker is told, as nobody will take the rest. */
function crossed(emission: Emission, cross: Cross): Emission {
  return {
    get held() {
      return emission.held;
    },
    take: () => {
      const output = emission.take();
      if (output === PENDING || output === OVER) return output;
      try {
        return cross(output, 'output');
      } catch (error) {
        emission.cancel();
        throw error;
      }
    },
    cancel: emission.cancel,
  };
}
