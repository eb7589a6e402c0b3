import { TimeoutError } from '@millrace/workers';
import type { TaskContext } from '../../declare/context.js';
import { systemTimers, type Timers } from '../../timers.js';
import { quietController } from '../quiet-controller.js';

/** What runs within an attempt, and is told when its time is up. */
export interface Timed {
  readonly timedOut: (error: TimeoutError) => void;
}

/** Looks in a time limit: an attempt ends late by two of them at most, a quarter of its time. */
const looksPerLimit = 8;
/** Not looked more often than this, in ms. */
const shortestLook = 5;

/**
 * The time limit of all attempts of a stage on the main thread. No timer and no look at the clock for each attempt, of which there may be
 * millions a second: a common timer looks at those that run. Time counts from the first look that finds an attempt running, so none ends
 * early.
 */
export class AttemptTimer {
  readonly #context: TaskContext;
  readonly #limitMs: number;
  readonly #timers: Timers;
  readonly #running: TimedAttempt[] = [];
  #callOff: (() => void) | undefined;
  #stopped = false;

  constructor(context: TaskContext, limitMs: number, timers: Timers = systemTimers) {
    this.#context = context;
    this.#limitMs = limitMs;
    this.#timers = timers;
  }

  /** The context of a task for attempt number `attempt`. */
  begin(attempt: number): TimedAttempt {
    return new TimedAttempt(this, this.#context, attempt);
  }

  /** No time is up any more. When the stage's signal has aborted, those of the attempts that run do, too. */
  stop(): void {
    this.#stopped = true;
    this.#callOff?.();
    this.#callOff = undefined;
    for (const attempt of this.#running.splice(0)) this.#end(attempt);
  }

  /** Called by attempts. */
  enter(attempt: TimedAttempt): void {
    if (this.#stopped) {
      // Its own task has ended the run.
      this.#end(attempt);
      return;
    }
    attempt.place = this.#running.length;
    this.#running.push(attempt);
    if (this.#callOff === undefined) this.#lookLater();
  }

  /** Called by attempts. */
  leave({ place }: TimedAttempt): void {
    const last = this.#running.pop();
    if (last !== undefined && place !== this.#running.length) {
      last.place = place;
      this.#running[place] = last;
    }
    if (this.#running.length > 0) return;
    // Its stage may have ended, and a timer that is left would keep the program alive.
    this.#callOff?.();
    this.#callOff = undefined;
  }

  get now(): number {
    return this.#timers.now();
  }

  #end(attempt: TimedAttempt): void {
    attempt.place = -1;
    const { signal } = this.#context;
    if (signal.aborted) attempt.abort(signal.reason);
  }

  #lookLater(): void {
    this.#callOff = this.#timers.after(Math.max(shortestLook, this.#limitMs / looksPerLimit), () => this.#look());
  }

  #look(): void {
    this.#callOff = undefined;
    const now = this.#timers.now();
    for (const attempt of [...this.#running]) {
      if (attempt.spentMs(now) >= this.#limitMs) attempt.timeOut(this.#error(attempt));
    }
    if (this.#running.length > 0 && this.#callOff === undefined) this.#lookLater();
  }

  #error({ attempt, stage }: TaskContext): TimeoutError {
    return new TimeoutError(`attempt ${attempt} in stage "${stage}" took longer than its timeoutMs, ${this.#limitMs} ms`);
  }
}

/** One attempt under a time limit, and the context of its task. Its signal is made when it is asked for, and aborts alone. */
export class TimedAttempt implements TaskContext {
  readonly attempt: number;
  readonly stage: string;
  readonly worker: number;
  readonly resource: unknown;
  /** Where it stands among those that run; -1 when it does not run. */
  place = -1;
  readonly #timer: AttemptTimer;
  readonly #common: AbortSignal;
  #controller: AbortController | undefined;
  #timed: Timed | undefined;
  /** When it was first found running since `run`; -1 when it was not yet. */
  #foundAt = -1;
  /** Time until it last rested. */
  #restedMs = 0;

  constructor(timer: AttemptTimer, { signal, stage, worker, resource }: TaskContext, attempt: number) {
    this.#timer = timer;
    this.#common = signal;
    this.attempt = attempt;
    this.stage = stage;
    this.worker = worker;
    this.resource = resource;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = quietController();
      if (this.#common.aborted) this.#controller.abort(this.#common.reason);
    }
    return this.#controller.signal;
  }

  /** From here on its time counts; `timed` is told when it is up. */
  run(timed: Timed): void {
    this.#timed = timed;
    this.#foundAt = -1;
    this.#timer.enter(this);
  }

  /** It has ended, or waits for others: its time does not count until it runs again. */
  rest(): void {
    if (this.place < 0) return;
    if (this.#foundAt >= 0) this.#restedMs += this.#timer.now - this.#foundAt;
    this.#leave();
  }

  spentMs(now: number): number {
    if (this.#foundAt < 0) this.#foundAt = now;
    return this.#restedMs + now - this.#foundAt;
  }

  timeOut(error: TimeoutError): void {
    if (this.place < 0) return;
    this.#leave();
    this.abort(error);
    this.#timed?.timedOut(error);
  }

  abort(reason: unknown): void {
    this.#controller?.abort(reason);
  }

  #leave(): void {
    this.#timer.leave(this);
    this.place = -1;
  }
}
