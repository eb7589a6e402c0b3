import { type Part, reviveBy } from '../wire/shareable.js';
import { Guard } from './guard.js';
import { type Life, life, lifeOf } from './life.js';
import { MUTEX_WORDS, Mutex } from './mutex.js';
import type { Steps } from './parking.js';

/** What `Lock` and `RLock` have in common: owned by a thread. */
export abstract class OwnedLock extends Guard {
  readonly #memory: SharedArrayBuffer;
  readonly #life: Life;
  /** @internal What a condition works with. */
  readonly mutex: Mutex;

  constructor(of: string, reentrant: boolean, part: Part | undefined) {
    super(of);
    this.#memory = part?.memory ?? new SharedArrayBuffer(MUTEX_WORDS * Int32Array.BYTES_PER_ELEMENT);
    this.#life = part === undefined ? life() : lifeOf(part.life);
    this.mutex = new Mutex(new Int32Array(this.#memory), 0, this.#life, {
      ...{ of, reentrant },
      remedy: 'what it guards may be torn: recover() takes it, to mend that',
    });
  }

  /** Whether it is held by somebody, or its holder has died. */
  get locked(): boolean {
    return this.mutex.isHeld;
  }

  release(): void {
    this.mutex.release();
  }

  /**
   * Takes the lock after the death of its holder: true for exactly one caller, who mends what it guards and then calls `release`, also within a
   * scope, which has lost the lock by that death. False when there is nothing to recover, or somebody else has.
   */
  recover(): boolean {
    return this.mutex.recover();
  }

  /** @internal */
  toPart(): Part {
    return { kind: this[Symbol.toStringTag], memory: this.#memory, life: this.#life.buffer, terms: undefined };
  }

  /** @internal */
  protected take(): boolean {
    return this.mutex.take();
  }

  /** @internal */
  protected taking(): Steps<boolean> {
    return this.mutex.acquire();
  }

  /** @internal */
  protected holding(): Steps<(() => void) | undefined> {
    return holdingOf(this.mutex);
  }
}

/** For a scope of a lock, or of a condition. */
export function* holdingOf(mutex: Mutex): Steps<(() => void) | undefined> {
  if (!(yield* mutex.acquire())) return undefined;
  const { turn } = mutex;
  // The scope may have lost it: to a death, after which its condition could not take it again, or to a release of its own. Then another async
  // function of this thread may have it.
  return () => {
    if (mutex.isMine && mutex.turn === turn) mutex.release();
  };
}

/**
 * A mutual exclusion between threads. Not reentrant: its thread, too, waits for its release, which any thread may do. The death of the
 * thread that acquired it is told to all that wait and all that come, by a `HolderDiedError`, until one of them has called `recover`.
 *
 * The faster one gets it, until one that has waited 10 ms has found that when it was woken or looked: the next release is for that one. One at a
 * time has this right.
 *
 * @example
 * ```ts
 * import { Lock, SharedArray, task, threadPool } from '@millrace/workers';
 *
 * interface Account {
 *   readonly lock: Lock;
 *   readonly cents: SharedArray<'int32'>;
 * }
 *
 * const deposit = task(import.meta, 'deposit', ({ lock, cents }: Account) =>
 *   lock.runSync(() => cents.set(0, cents.get(0) + 100)),
 * );
 *
 * const account: Account = { lock: new Lock(), cents: new SharedArray('int32', 1, { lock: false }) };
 * await threadPool({ workers: 2 }).use(async (pool) => {
 *   await Promise.all([pool.submit(deposit, account), pool.submit(deposit, account)]);
 * });
 * console.log(account.cents.get(0)); // 200
 * ```
 */
export class Lock extends OwnedLock {
  /** A new one is free. */
  constructor();
  /** @internal Over the memory of one that came from another thread. */
  constructor(part: Part);
  constructor(part?: Part) {
    super('Lock', false, part);
  }
}

reviveBy('Lock', (part) => new Lock(part));
