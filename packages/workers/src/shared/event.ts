import { type Part, reviveBy, Shareable } from '../wire/shareable.js';
import { life } from './life.js';
import { type BlockingOptions, block, type Steps, settle, type WaitOptions } from './parking.js';

/** The flag; the other bits count how often it was set, so that a waiter is let go by a `set` that a `clear` follows at once. */
const SET = 1;

/**
 * A flag that threads wait for. Nobody holds it, so no death is reported: give waits a limit where the one who sets it may die.
 *
 * @example
 * ```ts
 * import { Event, spawnThread, task } from '@millrace/workers';
 *
 * const runner = task(import.meta, 'runner', (start: Event) => start.waitSync({ timeoutMs: 10_000 }));
 *
 * const start = new Event();
 * const thread = spawnThread('runner', runner, start);
 * start.set();
 * console.log(await thread.result); // true: it was set in time
 * ```
 */
export class Event extends Shareable {
  readonly #memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  /** A new one is not set. */
  constructor();
  /** @internal Over the memory of one that came from another thread. */
  constructor(part: Part);
  constructor(part?: Part) {
    super('Event');
    this.#memory = part?.memory ?? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#cells = new Int32Array(this.#memory);
  }

  /** Whether waits end at once now; another thread may change it before the caller looks at the answer. */
  get isSet(): boolean {
    return (this.#state & SET) !== 0;
  }

  /** Lets all go that wait, and those that come until it is cleared. */
  set(): void {
    for (let seen = this.#state; (seen & SET) === 0; seen = this.#state) {
      if (Atomics.compareExchange(this.#cells, 0, seen, (seen + 2) | SET) === seen) break;
    }
    Atomics.notify(this.#cells, 0);
  }

  /** Makes those wait that come from now on. Who was let go by an earlier `set` goes on. */
  clear(): void {
    Atomics.and(this.#cells, 0, ~SET);
  }

  /**
   * Waits until it is set. False when the time was over. Anywhere.
   *
   * @throws the reason of the signal
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    return settle(this.#waiting(), options);
  }

  /**
   * As `wait`, and blocks the thread. In workers only.
   *
   * @throws BlockedMainError on the main thread
   */
  waitSync(options?: BlockingOptions): boolean {
    return block('Event.waitSync', 'wait', this.#waiting(), options);
  }

  /** @internal */
  toPart(): Part {
    return { kind: 'Event', memory: this.#memory, life: life().buffer, terms: undefined };
  }

  *#waiting(): Steps<boolean> {
    const begun = this.#state;
    let seen = begun;
    while ((seen & SET) === 0 && seen === begun) {
      if (yield { cells: this.#cells, index: 0, seen }) return false;
      seen = this.#state;
    }
    return true;
  }

  get #state(): number {
    return Atomics.load(this.#cells, 0);
  }
}

reviveBy('Event', (part) => new Event(part));
