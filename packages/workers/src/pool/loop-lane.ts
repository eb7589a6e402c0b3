import { setMaxListeners } from 'node:events';
import type { LaneContext, TaskLaneJob } from '../entry/lane-job.js';
import { TaskLane, type TaskSpec } from '../entry/lookup/task-lane.js';
import { findHere } from '../entry/lookup/task-lookup.js';
import { isThenable } from '../entry/running/results.js';
import { ClosedError, TimeoutError } from '../errors.js';
import type { LaneReport } from '../lanes/lane-event.js';
import { Few } from '../wire/few.js';
import { settlesWithin } from '../wire/settles-within.js';
import { taskTimeout } from '../wire/task-timeout.js';

/** A job as the lanes of the event loop see it. */
export interface LoopJob {
  readonly spec: TaskSpec;
  readonly timeoutMs: number | undefined;
  readonly take: (lane: number) => LoopItem | undefined;
  readonly broken: (error: Error) => void;
}

/** An item in a lane, whatever the type of its batch. */
export interface LoopItem {
  readonly job: LoopJob;
  readonly batch: object;
  readonly item: unknown;
  readonly attempt: number;
  readonly reply: (outcome: Outcome, busyMs: number) => void;
}

export type Outcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'given up' };

export interface LoopLaneOptions {
  readonly worker: number;
  readonly startTimeoutMs: number;
  readonly graceMs: number;
  /** It has no item any more. */
  readonly onFree: (lane: LoopLane) => void;
}

interface Running {
  readonly of: LoopItem;
  readonly context: LoopContext;
  readonly startedAt: number;
  timer: NodeJS.Timeout | undefined;
}

/** One lane of the event loop: runs one item at a time. What ignores its signal runs on when it is given up, and nobody waits for it. */
export class LoopLane {
  readonly #options: LoopLaneOptions;
  readonly #tasks: TaskLane;
  readonly #jobs = new Map<LoopJob, Promise<TaskLaneJob>>();
  readonly #bodies = new Map<LoopJob, TaskLaneJob>();
  /** Promises of tasks, those that were given up included. */
  readonly #underWay = new Few<PromiseLike<unknown>>();
  /** Releases of what was loaded when nobody waited for it any more. */
  readonly #late = new Few<Promise<unknown>>();
  #current: Running | undefined;
  /** Aborts when the lane is closed: then nobody waits for what is being loaded. */
  readonly #closed = new AbortController();
  #items = 0;
  #busyMs = 0;

  constructor(options: LoopLaneOptions) {
    this.#options = options;
    this.#tasks = new TaskLane(options.worker, findHere);
  }

  get worker(): number {
    return this.#options.worker;
  }

  get report(): LaneReport {
    return { worker: this.worker, items: this.#items, busyMs: this.#busyMs, restarts: 0, abandoned: 0, recycled: 0 };
  }

  run(of: LoopItem): void {
    const context = new LoopContext(of.attempt, this.worker);
    const running: Running = { of, context, startedAt: performance.now(), timer: undefined };
    this.#current = running;
    const body = this.#bodies.get(of.job);
    if (body !== undefined) this.#start(running, body);
    else void this.#load(running);
  }

  giveUp(batch: object, reason: unknown): void {
    const running = this.#current;
    if (running?.of.batch !== batch) return;
    // Replies never come from within a call.
    queueMicrotask(() => {
      running.context.abort(reason);
      this.#finish(running, { kind: 'given up' });
    });
  }

  /** Closes one job; gives what that threw. */
  async drop(job: LoopJob): Promise<readonly unknown[]> {
    if (this.#current?.of.job === job) this.#current.context.abort(new ClosedError('the job was closed'));
    const { graceMs } = this.#options;
    const loading = this.#jobs.get(job);
    this.#jobs.delete(job);
    this.#bodies.delete(job);
    if (loading === undefined) return [];
    // What it acquires is released all the same, should it be loaded later.
    if (!(await settlesWithin(Promise.allSettled([loading]), graceMs))) {
      this.#releaseLate(loading);
      return [];
    }
    const body = await loading.catch(() => undefined);
    return body === undefined ? [] : this.#close(body);
  }

  /** Gives what closing it threw, or that it took too long. */
  async #close(body: TaskLaneJob): Promise<readonly unknown[]> {
    const { graceMs } = this.#options;
    if (body.close === undefined) return [];
    await settlesWithin(Promise.allSettled(this.#underWay), graceMs);
    try {
      const closed = await settlesWithin(body.close(), graceMs);
      return closed ? [] : [new TimeoutError(`the job took longer than ${graceMs} ms to close in lane ${this.worker}`)];
    } catch (error) {
      return [error];
    }
  }

  async close(reason: unknown): Promise<void> {
    const { graceMs } = this.#options;
    this.#current?.context.abort(reason ?? new ClosedError('the pool was closed'));
    // A timer of what ignores its signal would keep the program alive.
    clearTimeout(this.#current?.timer);
    this.#closed.abort();
    await settlesWithin(Promise.allSettled(this.#underWay), graceMs);
    const late = settlesWithin(Promise.allSettled(this.#late), graceMs);
    await Promise.all([...this.#jobs.keys()].map((job) => this.drop(job)));
    await late;
  }

  #releaseLate(loading: Promise<TaskLaneJob>): void {
    const released = loading.then((body) => this.#close(body)).catch(() => undefined);
    this.#late.add(released);
    void released.then(() => this.#late.delete(released));
  }

  async #load(running: Running): Promise<void> {
    const { job } = running.of;
    let loading = this.#jobs.get(job);
    if (loading === undefined) {
      loading = this.#tasks.resolve(job.spec);
      this.#jobs.set(job, loading);
    }
    const { startTimeoutMs } = this.#options;
    try {
      if (!(await settlesWithin(loading, startTimeoutMs, this.#closed.signal))) {
        if (this.#closed.signal.aborted) return;
        // Once, though several items may have waited for it, one after the other.
        if (this.#jobs.get(job) === loading) this.#releaseLate(loading);
        throw this.#overdue();
      }
      const body = await loading;
      if (this.#jobs.has(job)) this.#bodies.set(job, body);
      if (this.#current === running && !this.#closed.signal.aborted) this.#start(running, body);
    } catch (error) {
      this.#jobs.delete(job);
      // Of no outcome any more: broken jobs take their items with them. The lane is free already when the item was given up meanwhile.
      const holds = this.#current === running;
      if (holds) this.#current = undefined;
      job.broken(error as Error);
      if (holds) this.#options.onFree(this);
    }
  }

  #overdue(): TimeoutError {
    const { startTimeoutMs } = this.#options;
    return new TimeoutError(
      `lane ${this.worker} could not load a job within ${startTimeoutMs} ms; raise startTimeoutMs if it needs longer`,
    );
  }

  #start(running: Running, body: TaskLaneJob): void {
    const { of, context } = running;
    const { timeoutMs } = of.job;
    const began = timeoutMs === undefined ? 0 : performance.now();
    let result: unknown;
    try {
      result = body.run(of.item, context);
    } catch (error) {
      this.#finish(running, { kind: 'failed', error });
      return;
    }
    if (!isThenable(result)) {
      this.#finish(running, { kind: 'value', value: result });
      return;
    }
    if (timeoutMs !== undefined) {
      // What it computed before it first waited counts.
      const left = Math.max(0, timeoutMs - (performance.now() - began));
      running.timer = setTimeout(() => this.#timeOut(running, timeoutMs), left);
    }
    const settled = Promise.resolve(result).then(
      (value) => this.#finish(running, { kind: 'value', value }),
      (error) => this.#finish(running, { kind: 'failed', error }),
    );
    this.#underWay.add(settled);
    void settled.then(() => this.#underWay.delete(settled));
  }

  #timeOut(running: Running, timeoutMs: number): void {
    const error = taskTimeout(timeoutMs);
    running.context.abort(error);
    this.#finish(running, { kind: 'failed', error });
  }

  /** The first outcome counts. */
  #finish(running: Running, outcome: Outcome): void {
    if (this.#current !== running) return;
    this.#current = undefined;
    clearTimeout(running.timer);
    const busyMs = performance.now() - running.startedAt;
    this.#busyMs += busyMs;
    this.#items += 1;
    running.of.reply(outcome, busyMs);
    this.#options.onFree(this);
  }
}

/** What a task is told; its signal is made when it is asked for. */
class LoopContext implements LaneContext {
  readonly attempt: number;
  readonly worker: number;
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;

  constructor(attempt: number, worker: number) {
    this.attempt = attempt;
    this.worker = worker;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      // As in a worker: any number of listeners, without a warning of a leak.
      setMaxListeners(0, this.#controller.signal);
    }
    if (this.#aborted !== undefined && !this.#controller.signal.aborted) this.#controller.abort(this.#aborted.reason);
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#aborted ??= { reason };
    this.#controller?.abort(this.#aborted.reason);
  }
}
