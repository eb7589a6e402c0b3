import { TimeoutError } from '../errors.js';
import { Shareable } from '../wire/shareable.js';
import { assertLimits, type BlockingOptions, block, type Steps, settle, type WaitOptions } from './parking.js';

/**
 * Something held that is given back at the end of its scope. Node.js before 24 cannot parse `using`; TypeScript compiles it for them, and
 * `run` needs no syntax.
 *
 * @example
 * ```ts
 * import { Lock, task } from '@millrace/workers';
 *
 * const lock = new Lock();
 * {
 *   await using _ = await lock.hold(); // anywhere
 *   console.log(lock.locked); // true
 * }
 * console.log(lock.locked); // false
 *
 * // In a worker, a task may block until it has it.
 * export const guarded = task(import.meta, 'guarded', (shared: Lock) => {
 *   using _ = shared.holdSync({ timeoutMs: 1_000 });
 *   return shared.locked;
 * });
 * ```
 */
export class Held implements Disposable, AsyncDisposable {
  #giveBack: (() => void) | undefined;

  /** @internal Made by `hold` and `holdSync`. */
  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  /** Gives it back now; a second call has no effect. */
  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }

  /** The end of a `using` scope: as `release`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** The end of an `await using` scope: as `release`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
  }
}

/** What can be acquired and released: `Lock`, `RLock`, `Semaphore`, and a `Condition` by its lock. */
export abstract class Guard extends Shareable {
  /**
   * Gives back what was acquired. Wakes one that waits for it.
   *
   * @throws NotHeldError when there is nothing to give back
   */
  abstract release(): void;

  /** @internal Takes it if nobody needs to be waited for. */
  protected abstract take(): boolean;
  /** @internal False when the time was over. */
  protected abstract taking(): Steps<boolean>;
  /** @internal For a scope: what gives it back, undefined when the time was over. */
  protected abstract holding(): Steps<(() => void) | undefined>;

  /**
   * Waits until it can be had: true. False when the time was over; with `timeoutMs: 0` it does not wait. Anywhere.
   *
   * @throws HolderDiedError when a thread ended that held it; the reason of the signal; RangeError for a `timeoutMs` that is no time
   */
  async acquire(options?: WaitOptions): Promise<boolean> {
    // Whether it has to wait or not.
    assertLimits(options);
    options?.signal?.throwIfAborted();
    return this.take() || settle(this.taking(), options);
  }

  /**
   * As `acquire`, and blocks the thread. In workers only.
   *
   * @throws HolderDiedError when a thread ended that held it; BlockedMainError on the main thread
   */
  acquireSync(options?: BlockingOptions): boolean {
    return block(this.#named('acquireSync'), 'acquire', this.taking(), options);
  }

  /**
   * Holds it while `body` runs, and what that returns is awaited; gives it back whatever happens.
   *
   * @returns what `body` gives
   * @throws TimeoutError when it could not be had in time; HolderDiedError when a thread ended that held it; what `body` throws
   */
  async run<T>(body: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    const held = await this.hold(options);
    try {
      return await body();
    } finally {
      held.release();
    }
  }

  /**
   * As `run`, and blocks the thread. In workers only. `body` must not be async: it is held only until that returns.
   *
   * @throws TimeoutError, HolderDiedError, what `body` throws; BlockedMainError on the main thread
   */
  runSync<T>(body: () => T, options?: BlockingOptions): T {
    const held = this.#holdSync('runSync', 'run', options);
    try {
      return body();
    } finally {
      held.release();
    }
  }

  /**
   * Acquires it for a scope: `await using held = await lock.hold()`.
   *
   * @throws TimeoutError when it could not be had in time; HolderDiedError when a thread ended that held it
   */
  async hold(options?: WaitOptions): Promise<Held> {
    return this.#held(await settle(this.holding(), options), options);
  }

  /**
   * Acquires it for a scope, and blocks the thread: `using held = lock.holdSync()`. In workers only.
   *
   * @throws TimeoutError, HolderDiedError; BlockedMainError on the main thread
   */
  holdSync(options?: BlockingOptions): Held {
    return this.#holdSync('holdSync', 'hold', options);
  }

  #holdSync(method: string, awaitable: string, options: BlockingOptions | undefined): Held {
    return this.#held(block(this.#named(method), awaitable, this.holding(), options), options);
  }

  #held(giveBack: (() => void) | undefined, options: BlockingOptions | undefined): Held {
    if (giveBack !== undefined) return new Held(giveBack);
    throw new TimeoutError(`the ${this[Symbol.toStringTag]} could not be had within ${options?.timeoutMs} ms`);
  }

  #named(method: string): string {
    return `${this[Symbol.toStringTag]}.${method}`;
  }
}
