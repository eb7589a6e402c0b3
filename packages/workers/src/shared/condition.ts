import { type Part, reviveBy, type Shareable } from '../wire/shareable.js';
import { literalOf } from '../wire/told.js';
import { Guard } from './guard.js';
import { type Life, life, lifeOf } from './life.js';
import { holdingOf, type Lock, OwnedLock } from './lock.js';
import type { Mutex, Surrendered } from './mutex.js';
import { type BlockingOptions, block, type Steps, settle, type WaitOptions } from './parking.js';
import { RLock } from './rlock.js';
import { LINE_WORDS, PLACES, WaiterLine } from './waiter-line.js';

type Manner = 'awaits' | 'blocks';

/** How a wait came to its end. */
interface Ended {
  readonly notified: boolean;
  readonly aborted: { readonly reason: unknown } | undefined;
}

/**
 * Lets threads that hold a lock wait for a change of what it guards. `notify(n)` wakes the n that have waited longest, and no others: who
 * comes later needs another notification, and what is notified beyond those that wait is lost.
 *
 * Waiters each have a place of their own, which is written by those that hold the lock: who has left in time, and who was notified, is
 * decided there, so no notification goes to one that has left.
 *
 * @example
 * ```ts
 * import { Condition, Lock, SharedArray, spawnThread, task } from '@millrace/workers';
 *
 * interface Box {
 *   readonly filled: Condition;
 *   readonly slot: SharedArray<'int32'>;
 * }
 *
 * const taker = task(import.meta, 'taker', ({ filled, slot }: Box) =>
 *   filled.runSync(() => {
 *     filled.waitForSync(() => slot.get(0) !== 0);
 *     return slot.get(0);
 *   }),
 * );
 *
 * const box: Box = { filled: new Condition(new Lock()), slot: new SharedArray('int32', 1, { lock: false }) };
 * const thread = spawnThread('taker', taker, box);
 * await box.filled.run(() => {
 *   box.slot.set(0, 42);
 *   box.filled.notify();
 * });
 * console.log(await thread.result); // 42
 * ```
 */
export class Condition extends Guard {
  readonly #lock: OwnedLock;
  readonly #mutex: Mutex;
  readonly #memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #life: Life;
  readonly #line: WaiterLine;

  /**
   * @param lock what `acquire`, `run` and `hold` take; several conditions may share one. Default: an `RLock` of its own, which does not keep
   *   async functions of one thread apart; a `new Lock()` does
   * @throws TypeError for what is no lock
   */
  constructor(lock?: Lock | RLock);
  /** @internal Over the memory of one that came from another thread. */
  constructor(lock: Lock | RLock, part: Part);
  constructor(lock: Lock | RLock = new RLock(), part?: Part) {
    super('Condition');
    if (!(lock instanceof OwnedLock)) throw new TypeError('new Condition(lock): lock must be a Lock or an RLock');
    this.#lock = lock;
    this.#mutex = lock.mutex;
    this.#memory = part?.memory ?? new SharedArrayBuffer(LINE_WORDS * Int32Array.BYTES_PER_ELEMENT);
    this.#cells = new Int32Array(this.#memory);
    this.#life = part === undefined ? life() : lifeOf(part.life);
    this.#line = new WaiterLine(this.#cells, this.#life);
  }

  /** @internal */
  override get inner(): readonly Shareable[] {
    return [this.#lock];
  }

  /** Whether its lock is held by somebody, or the holder of that has died. */
  get locked(): boolean {
    return this.#mutex.isHeld;
  }

  release(): void {
    this.#mutex.release();
  }

  /**
   * Takes its lock after the death of the thread that held it: true for exactly one caller, who mends what the lock guards and then calls
   * `release`. False when there is nothing to recover, or somebody else has.
   */
  recover(): boolean {
    return this.#lock.recover();
  }

  /**
   * Gives the lock back, waits for a notification, and takes the lock again, however long that lasts. False when the time was over first.
   *
   * @throws NotHeldError unless this thread holds the lock, and once: async functions of it hold an `RLock` together; HolderDiedError when a thread
   *   ended that held it, also one that was recovered meanwhile: then it is not held; the reason of the signal; RangeError when 1024 wait
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    return settle(this.#waiting('awaits'), options);
  }

  /**
   * As `wait`, and blocks the thread; an `RLock` may be held several times. In workers only.
   *
   * @throws as `wait`; BlockedMainError on the main thread
   */
  waitSync(options?: BlockingOptions): boolean {
    return block('Condition.waitSync', 'wait', this.#waiting('blocks'), options);
  }

  /**
   * Waits until `predicate` holds, which is called with the lock held: at once, and after each notification. False when the time was over and
   * it did not.
   *
   * @throws as `wait`; what `predicate` throws
   */
  async waitFor(predicate: () => boolean, options?: WaitOptions): Promise<boolean> {
    return settle(this.#waitingFor(predicate, 'awaits'), options);
  }

  /**
   * As `waitFor`, and blocks the thread. In workers only.
   *
   * @throws as `waitFor`; BlockedMainError on the main thread
   */
  waitForSync(predicate: () => boolean, options?: BlockingOptions): boolean {
    return block('Condition.waitForSync', 'waitFor', this.#waitingFor(predicate, 'blocks'), options);
  }

  /**
   * Wakes the `n` that have waited longest, or all when there are fewer. They go on when they have the lock.
   *
   * @param n an integer ≥ 0. Default 1
   * @throws NotHeldError unless this thread holds the lock; RangeError for another `n`
   */
  notify(n = 1): void {
    if (!Number.isSafeInteger(n) || n < 0)
      throw new RangeError(`Condition.notify(n): n must be an integer, 0 or more, got ${literalOf(n)}`);
    this.#mutex.assertMine('notified');
    let left = n;
    for (const place of this.#line.places()) {
      if (left <= 0) return;
      if (this.#line.wake(place)) left--;
    }
  }

  /**
   * Wakes all that wait.
   *
   * @throws NotHeldError unless this thread holds the lock
   */
  notifyAll(): void {
    this.notify(PLACES);
  }

  /** @internal */
  toPart(): Part {
    return { kind: 'Condition', memory: this.#memory, life: this.#life.buffer, terms: undefined };
  }

  /** @internal */
  protected take(): boolean {
    return this.#mutex.take();
  }

  /** @internal */
  protected taking(): Steps<boolean> {
    return this.#mutex.acquire();
  }

  /** @internal */
  protected holding(): Steps<(() => void) | undefined> {
    return holdingOf(this.#mutex);
  }

  *#waitingFor(predicate: () => boolean, manner: Manner): Steps<boolean> {
    this.#mutex.assertMine('waited for');
    if (predicate()) return true;
    for (;;) {
      const { notified, aborted } = yield* this.#parting(manner);
      if (predicate()) return true;
      // An abort is told once: it ends the wait, though a notification came with it.
      if (aborted !== undefined) throw aborted.reason;
      if (!notified) return false;
    }
  }

  *#waiting(manner: Manner): Steps<boolean> {
    const { notified, aborted } = yield* this.#parting(manner);
    // A notification that came with the abort is not thrown away.
    if (!notified && aborted !== undefined) throw aborted.reason;
    return notified;
  }

  /** A wait; afterwards the lock is held again. @throws HolderDiedError: then it is not */
  *#parting(manner: Manner): Steps<Ended> {
    if (manner === 'awaits') this.#mutex.assertMineAlone('waited for');
    else this.#mutex.assertMine('waited for');
    const place = this.#line.enter();
    const held = this.#mutex.surrender();
    let aborted: Ended['aborted'];
    while (this.#line.waitsAt(place)) {
      this.#assertAlive(held, place);
      let over = false;
      try {
        over = yield { cells: this.#cells, index: place, seen: WaiterLine.waiting };
      } catch (reason) {
        aborted = { reason };
      }
      if (over || aborted !== undefined) break;
      this.#line.inherit(place);
    }
    return { notified: yield* this.#leave(place, held), aborted };
  }

  #assertAlive(held: Surrendered, place: number): void {
    try {
      this.#mutex.assertAlive(held);
    } catch (death) {
      // Unless it is notified: by the one that has recovered the lock, or in this instant.
      if (this.#line.forsake(place)) throw death;
    }
  }

  /** With the lock again: only then is it certain whether the waiter was notified. */
  *#leave(place: number, held: Surrendered): Steps<boolean> {
    let notified = false;
    try {
      yield* this.#mutex.retake(held);
    } finally {
      notified = this.#line.leave(place);
    }
    return notified;
  }
}

reviveBy('Condition', (part, [lock]) => new Condition(lock as Lock | RLock, part));
