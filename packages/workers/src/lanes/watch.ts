import type { TimeoutError } from '../errors.js';
import type { Running } from '../wire/running-cell.js';
import { taskTimeout } from '../wire/task-timeout.js';

/** What of a lane's worker is known to run. */
export type RunningNow = Running | 'none';

export interface WatchOptions {
  readonly running: () => RunningNow;
  /** The item has run for longer than its limit, and its lane did not end it: it computes. */
  readonly onOverdue: (running: Running, error: TimeoutError) => void;
  /** A monotonic clock, in ms. */
  readonly now?: () => number;
}

interface Seen {
  readonly running: Running;
  /** Since it was seen first: it may have begun a look before. */
  readonly ms: number;
  /** The last look. */
  readonly at: number;
}

/** A thread that has not looked for longer stood still, and so may have its lane: no more than that is counted. */
const MAX_LOOKS_MISSED = 2;
const MIN_LOOK_MS = 5;
const MAX_LOOK_MS = 250;

/**
 * Looks now and then at what a lane runs while it holds batches whose items have a time limit. The lane itself ends an item that waits;
 * one that computes past its limit is seen from here alone. An item that ends so is late by two looks and the slack at most: 50 ms, or a
 * quarter of its limit; and by what this thread stood still meanwhile, after which the lane comes to its own timer first.
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #now: () => number;
  /** Limits of the batches in the lane, by batch; without those that are paused. */
  readonly #limits = new Map<number, number>();
  #timer: { readonly handle: NodeJS.Timeout; readonly everyMs: number } | undefined;
  #seen: Seen | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The batch runs from now on, or is resumed. */
  add(batch: number, timeoutMs: number): void {
    this.#limits.set(batch, timeoutMs);
    const everyMs = lookMs(timeoutMs);
    if (this.#timer !== undefined && this.#timer.everyMs <= everyMs) return;
    this.#stop();
    // The worker keeps the program alive, not the eye on it. What a process has told must have been read: see Alarm.
    this.#timer = { handle: setInterval(() => setImmediate(this.look), everyMs).unref(), everyMs };
  }

  /** The batch is paused, or has left the lane. */
  remove(batch: number): void {
    if (!this.#limits.delete(batch)) return;
    // An item that is paused and resumed between two looks has not run all the time.
    if (this.#seen?.running.batch === batch) this.#seen = undefined;
    if (this.#limits.size === 0) this.#stop();
  }

  clear(): void {
    this.#limits.clear();
    this.#stop();
  }

  /** Called by its timer. */
  readonly look = (): void => {
    const running = this.#options.running();
    const limit = running === 'none' ? undefined : this.#limits.get(running.batch);
    if (running === 'none' || limit === undefined) {
      this.#seen = undefined;
      return;
    }
    const now = this.#now();
    if (this.#seen === undefined || !isSame(this.#seen.running, running)) {
      this.#seen = { running, ms: 0, at: now };
      return;
    }
    const ms = this.#seen.ms + Math.min(now - this.#seen.at, MAX_LOOKS_MISSED * lookMs(limit));
    this.#seen = { running, ms, at: now };
    if (ms >= limit + slackMs(limit)) {
      this.#seen = undefined;
      this.#options.onOverdue(running, taskTimeout(limit));
    }
  };

  #stop(): void {
    clearInterval(this.#timer?.handle);
    this.#timer = undefined;
    this.#seen = undefined;
  }
}

function lookMs(timeoutMs: number): number {
  return Math.min(Math.max(timeoutMs / 16, MIN_LOOK_MS), MAX_LOOK_MS);
}

/** The lane's own timer has the precedence, also on a busy machine: it ends the item alone. */
function slackMs(timeoutMs: number): number {
  return Math.min(Math.max(50, timeoutMs / 4) - 2 * lookMs(timeoutMs), MAX_LOOK_MS);
}

function isSame(a: Running, b: Running): boolean {
  return a.batch === b.batch && a.index === b.index;
}
