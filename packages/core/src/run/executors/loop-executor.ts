import type { TaskContext } from '../../declare/context.js';
import { isThenable, type OutputMaker, outputMaker } from '../../lane/index.js';
import { systemTimers, type Timers } from '../../timers.js';
import { AttemptTimer, type TimedAttempt } from '../attempts/attempt-timer.js';
import { PermitGate, type PermitGateOptions } from '../attempts/permit-gate.js';
import type { Cross } from '../clone.js';
import type { Emission } from '../emission.js';
import type { Executor, Work } from '../executor.js';
import type { StageFigures } from '../measure/figures.js';
import { TaskTimes, type TimedTask } from '../measure/task-times.js';
import type { AheadSlots } from './ahead-slots.js';
import { CrossedEmission } from './crossed-emission.js';
import { Flight, type FlightHost } from './flight.js';
import { type EmissionHost, emissionOf } from './generator-emission.js';

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
  /** Time that one attempt may take, in ms; one that never lets go of the main thread cannot be ended. Absent: no limit. */
  readonly timeoutMs?: number | undefined;
  /** What attempts need a permit of to start; absent: none. */
  readonly rate?: PermitGateOptions | undefined;
  /** In ms. */
  readonly now: () => number;
  /** What time limits and permits are waited for by. Default: those of the system. */
  readonly timers?: Timers;
}

/** The event loop as executor: starts tasks up to its concurrency; a task that does not return a promise is done when it returns. */
export class LoopExecutor implements Executor, FlightHost {
  running = 0;
  readonly lanes = [];
  readonly #task: (item: unknown, context: TaskContext) => unknown;
  readonly #work: Work;
  readonly #options: LoopOptions;
  /** Flights that wait for their next task. */
  readonly #idle: Flight[] = [];
  readonly #timer: AttemptTimer | undefined;
  readonly #gate: PermitGate | undefined;
  readonly #times: TaskTimes;
  readonly #isOrdered: boolean;
  /** Of those that run, tasks in the midst of their outputs that nobody waits for now. */
  #pausing = 0;
  #onIdle: (() => void) | undefined;
  #stopped = false;

  constructor(task: (item: unknown, context: TaskContext) => unknown, work: Work, options: LoopOptions) {
    this.#task = task;
    this.#options = options;
    const { context, timeoutMs, rate, now, timers = systemTimers } = options;
    this.#gate = rate && new PermitGate(work, rate, timers.now);
    this.#work = this.#gate?.work ?? work;
    this.#times = new TaskTimes(now);
    this.#isOrdered = work.age !== undefined || work.keys !== undefined;
    this.#timer = timeoutMs === undefined ? undefined : new AttemptTimer(context, timeoutMs, timers);
  }

  get load(): number {
    // A stage that its rate holds back is used to the full, however few of its tasks run.
    return this.#gate?.holds ? 1 : this.running / this.#options.concurrency;
  }

  get figures(): StageFigures {
    const run = this.#times.spread;
    return this.#gate === undefined ? { run } : { run, rateHeldMs: this.#gate.heldMs };
  }

  readonly advance = (): void => {
    while (!this.#stopped) {
      const slot = this.#nextSlot();
      if (slot < 0) break;
      this.#start(slot);
    }
    this.#gate?.rest();
  };

  readonly stop = (): void => {
    this.#stopped = true;
    this.#timer?.stop();
    this.#gate?.stop();
  };

  /** Resolves when none of its tasks runs; those that have run out of time are not waited for. */
  whenIdle(): Promise<void> {
    if (this.running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** A task that pauses gives its place to one that it may be waiting for, which is tried again or has had no permit before, and to no other. */
  #nextSlot(): number {
    const { concurrency, overdue } = this.#options;
    const free = this.running < concurrency;
    if (!free && this.running - this.#pausing >= concurrency) return -1;
    if (overdue()) {
      this.#work.wake();
      return -1;
    }
    if (free) return this.#work.admit();
    // Without an order no task waits for another.
    if (!this.#isOrdered) return -1;
    return this.#gate === undefined ? (this.#work.retries?.next() ?? -1) : this.#gate.nextAwaited();
  }

  #start(slot: number): void {
    const { cross } = this.#options;
    const { retries } = this.#work;
    const attempt = retries === undefined ? 1 : retries.attempt(slot);
    const timed = this.#timer?.begin(attempt);
    const context = timed ?? this.#contextOf(attempt);
    let result: unknown;
    let promise: PromiseLike<unknown> | undefined;
    let measured: TimedTask | undefined;
    try {
      const item = this.#work.item(slot);
      const input = cross === undefined ? item : cross(item, 'item');
      measured = this.#times.begin();
      result = this.#task(input, context);
      // A result is the user's: to look at it may run a getter that throws.
      if (isThenable(result)) promise = result;
    } catch (error) {
      this.#failed(slot, error, measured);
      return;
    }
    if (promise === undefined) this.#settle(slot, result, timed, measured);
    else {
      this.running += 1;
      (this.#idle.pop() ?? new Flight(this)).follow(slot, promise, timed, measured);
    }
  }

  /** All that are not retried share one. */
  #contextOf(attempt: number): TaskContext {
    const { context } = this.#options;
    return attempt === 1 ? context : { ...context, attempt };
  }

  /** Called by flights. */
  landed(
    slot: number,
    outcome: 'value' | 'error',
    result: unknown,
    timed: TimedAttempt | undefined,
    measured: TimedTask | undefined,
  ): void {
    this.#end();
    if (this.#stopped) return;
    if (outcome === 'error') this.#failed(slot, result, measured);
    else this.#settle(slot, result, timed, measured);
    this.#work.wake();
  }

  /** Called by flights. */
  recycle(flight: Flight): void {
    this.#idle.push(flight);
  }

  #settle(slot: number, result: unknown, timed: TimedAttempt | undefined, measured: TimedTask | undefined): void {
    const { cross, overflow } = this.#options;
    let output = result;
    let emission: Emission | undefined;
    try {
      const maker = outputMaker(result, overflow);
      if (maker !== undefined) emission = this.#open(maker, timed);
      else if (cross !== undefined) output = cross(result, 'output');
    } catch (error) {
      this.#failed(slot, error, measured);
      return;
    }
    if (emission !== undefined) {
      // Its task goes on when its outputs find room: that time says nothing of the task.
      this.#work.many(slot, emission);
      return;
    }
    if (measured !== undefined) this.#times.end(measured);
    this.#work.value(slot, output);
  }

  #failed(slot: number, error: unknown, measured: TimedTask | undefined): void {
    if (measured !== undefined) this.#times.end(measured);
    this.#work.failed(slot, error);
  }

  #open(maker: OutputMaker, timed: TimedAttempt | undefined): Emission {
    const emission = emissionOf(maker, this.#emissionHost(timed));
    this.running += 1;
    this.#pausing += 1;
    const { cross } = this.#options;
    return cross === undefined ? emission : new CrossedEmission(emission, cross);
  }

  #emissionHost(timed: TimedAttempt | undefined): EmissionHost {
    let live = true;
    return {
      ahead: this.#options.ahead,
      wake: this.#work.wake,
      began: (emission) => {
        this.#pausing -= 1;
        timed?.run(emission);
      },
      paused: () => {
        this.#pausing += 1;
        timed?.rest();
      },
      settled: () => {
        if (!live) return;
        live = false;
        this.#pausing -= 1;
        this.#end();
        this.#work.wake();
      },
    };
  }

  #end(): void {
    this.running -= 1;
    if (this.running === 0) this.#onIdle?.();
  }
}
