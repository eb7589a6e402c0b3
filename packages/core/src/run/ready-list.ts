import { performance } from 'node:perf_hooks';
import { RingBuffer } from '../queue/index.js';
import type { LiveStage } from './stage.js';
import { putAtWork } from './stage-at-work.js';

/** Time between two looks at the clock from which on every call looks, in ms. */
const costlyMs = 1;
/** Calls between two looks at most, while they come fast. */
const maxLookEvery = 16;
/** Time after which a run lets timers, sockets and signals have the event loop, in ms. */
const sliceMs = 10;
/** Not `queueMicrotask`, which makes an `AsyncResource` for each call: three times the time of this. */
const settled = Promise.resolve();

/** For how long the event loop has waited for something to happen, in ms. */
const loopIdleMs = (): number => performance.nodeTiming.idleTime;

/**
 * The stages of one run that have something to do, first come, first served. One loop steps them all: a stage that wakes another
 * puts it on the list instead of calling it, so the stack stays flat however long the pipeline is, and wake-ups that come while a
 * drain is due cost nothing.
 *
 * A drain begins in a microtask. Since tasks may resolve in microtasks for ever, the time is counted from the last turn of the event
 * loop that is known, not from the start of the drain. A turn is known by a `setImmediate`, or since the loop has been idle: then nothing
 * was due, and what comes now need not wait for another turn. It is looked for only when a slice is over, so that a slice may last twice
 * as long when the loop was idle within it.
 */
export class ReadyList {
  readonly #ready = new RingBuffer<LiveStage>();
  /** Whether a stage is on the list. Not a `Set`: V8 makes its table anew after so many deletes, and there would be one for each step. */
  readonly #listed = new Map<LiveStage, boolean>();
  readonly #now: () => number;
  readonly #afterStep: (stage: LiveStage) => void;
  readonly #onCrash: (stage: LiveStage, error: unknown) => void;
  readonly #idleMs: () => number;
  #drainDue = false;
  #turnBegan: number;
  /** For how long the loop had been idle when that was last asked. */
  #idledMs: number;
  #lookedAt: number;
  #lookEvery = 1;
  #calls = 0;
  /** Steps that were made: while it does not change, nothing happens. */
  steps = 0;

  /**
   * @param now time in ms
   * @param idleMs for how long the event loop has been idle, in ms; default: as Node tells it
   */
  constructor(
    now: () => number,
    afterStep: (stage: LiveStage) => void,
    onCrash: (stage: LiveStage, error: unknown) => void,
    idleMs = loopIdleMs,
  ) {
    this.#now = now;
    this.#idleMs = idleMs;
    this.#turnBegan = now();
    this.#idledMs = idleMs();
    this.#lookedAt = this.#turnBegan;
    this.#afterStep = afterStep;
    this.#onCrash = onCrash;
  }

  /**
   * True when the event loop has not been reached for a slice: whoever loops over items should return. To be asked for each item: the
   * clock is looked at every time while items take long, and after 2, 4, 8 … calls while they do not.
   */
  get overdue(): boolean {
    this.#calls += 1;
    if (this.#calls < this.#lookEvery) return false;
    const at = this.#now();
    const isOverdue = at - this.#turnBegan > sliceMs;
    this.#lookEvery = isOverdue || at - this.#lookedAt > costlyMs ? 1 : Math.min(this.#lookEvery * 2, maxLookEvery);
    this.#lookedAt = at;
    this.#calls = 0;
    return isOverdue;
  }

  wake(stage: LiveStage): void {
    if (this.#listed.get(stage) === true) return;
    this.#listed.set(stage, true);
    this.#ready.push(stage, 0);
    if (this.#drainDue) return;
    this.#drainDue = true;
    void settled.then(this.#drain);
  }

  /** Resolves in the next turn of the event loop. */
  nextTurn(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#turned();
        resolve();
      });
    });
  }

  readonly #drain = (): void => {
    // `#drainDue` stays true all through, so that a wake during the loop only lists.
    while (this.#ready.length > 0) {
      const began = this.#now();
      if (began - this.#turnBegan > sliceMs && !this.#hasIdled(began)) {
        setImmediate(this.#drainInNewTurn);
        return;
      }
      this.#step(this.#ready.shift(), began);
    }
    this.#drainDue = false;
  };

  readonly #drainInNewTurn = (): void => {
    this.#turned();
    this.#drain();
  };

  #turned(): void {
    this.#turnBegan = this.#now();
    this.#idledMs = this.#idleMs();
  }

  /** True when the event loop has waited since it was last looked at: a turn began after that. */
  #hasIdled(at: number): boolean {
    const idledMs = this.#idleMs();
    if (idledMs === this.#idledMs) return false;
    this.#idledMs = idledMs;
    this.#turnBegan = at;
    return true;
  }

  #step(stage: LiveStage, began: number): void {
    this.#listed.set(stage, false);
    this.steps += 1;
    this.#lookedAt = began;
    this.#lookEvery = 1;
    this.#calls = 0;
    if (stage.ended) return;
    stage.meter.mark(began, 'busy', 1);
    let again = false;
    const before = putAtWork(stage.name);
    try {
      again = stage.step();
    } catch (error) {
      this.#onCrash(stage, error);
    } finally {
      putAtWork(before);
    }
    const ended = this.#now();
    stage.meter.stepped(ended - began);
    stage.meter.mark(ended, again ? 'busy' : stage.activity, again ? 1 : stage.load);
    this.#afterStep(stage);
    if (again) this.wake(stage);
  }
}
