import { dateTimestampProvider } from 'rxjs/internal/scheduler/dateTimestampProvider';
import { intervalProvider } from 'rxjs/internal/scheduler/intervalProvider';

/** A timer that was set and not called off. */
interface Waiting {
  /** When it is due, in ms of the clock. */
  readonly at: number;
  readonly then: () => void;
}

/** What RxJS waits for. */
interface Rule {
  readonly interval: typeof intervalProvider.delegate;
  readonly date: typeof dateTimestampProvider.delegate;
}

/** The clocks that rule. They may end in any order, as test runs do that are side by side: what was there before comes back with the last. */
class Rules {
  /** The latest last. */
  readonly #ruling: Rule[] = [];
  #before: Rule = { interval: undefined, date: undefined };

  begin(rule: Rule): void {
    if (this.#ruling.length === 0) {
      this.#before = { interval: intervalProvider.delegate, date: dateTimestampProvider.delegate };
    }
    this.#ruling.push(rule);
    this.#apply();
  }

  /** A second end is ignored. */
  end(rule: Rule): void {
    const at = this.#ruling.indexOf(rule);
    if (at === -1) return;
    this.#ruling.splice(at, 1);
    this.#apply();
  }

  #apply(): void {
    const { interval, date } = this.#ruling.at(-1) ?? this.#before;
    intervalProvider.delegate = interval;
    dateTimestampProvider.delegate = date;
  }
}

const rules = new Rules();

/** Of the timers that RxJS has set: unlike for all clocks, as one may be asked to call off what another has set. */
let lastId = 0;

/** Turns of the event loop after which what a timer has set going is taken to have come to rest. */
const settlingTurns = 10;

/**
 * A clock that stands still until it is moved: what a run waits for (time limits, delays of retries, rates, batches) waits for it, and what
 * a task waits for by `sleep`. Times are in ms since it was made.
 *
 * It cannot move what waits elsewhere: `setTimeout`, sockets, files, worker threads.
 *
 * @example
 * ```ts
 * import { flow, io, pipeline } from '@millrace/core';
 * import { failing, testRun, VirtualClock } from '@millrace/core/testing';
 *
 * const load = async (id: number): Promise<number> => id;
 * const loads = pipeline(import.meta, 'loads', () =>
 *   flow([1]).pipe(io('load', load, { retry: { attempts: 2, delayMs: 60_000, jitter: false } })),
 * );
 *
 * const clock = new VirtualClock();
 * const testing = testRun(loads, { clock, mocks: { load: failing(load, 0, new Error('no answer')) } });
 * await clock.advance(60_000); // the second attempt begins now
 * const { delivered } = await testing; // [1]
 * ```
 */
export class VirtualClock {
  #now = 0;
  readonly #waiting = new Set<Waiting>();

  /** Timers that are set: 0 when nothing waits for the clock. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Time of the clock, in ms since it was made. */
  readonly now = (): number => this.#now;

  /** Calls `then` when the clock has moved on by `ms`, negative ones taken as 0; the function that it returns calls that off. */
  readonly after = (ms: number, then: () => void): (() => void) => {
    const waiting = { at: this.#now + Math.max(0, ms), then };
    this.#waiting.add(waiting);
    return () => void this.#waiting.delete(waiting);
  };

  /** Resolves when the clock has moved on by `ms`; rejects with the reason of the signal when that aborts first. */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = (): void => {
        callOff();
        reject(signal!.reason);
      };
      const callOff = this.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });

  /**
   * Moves on by `ms`. Timers that become due are called in order, and what each sets going comes to rest before the next.
   *
   * @param ms ≥ 0, also a fraction
   * @throws RangeError for what is no time, or would go back, as a rejection
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`a VirtualClock advances by a number of ms ≥ 0, not ${String(ms)}`);
    const until = this.#now + ms;
    await settled();
    while (this.#callNext(until)) await settled();
    this.#now = Math.max(this.#now, until);
  }

  /** Moves on to the first timer that is due, however far, and calls it. False when there is none: the clock stands still. */
  next(): boolean {
    return this.#callNext(Number.POSITIVE_INFINITY);
  }

  /**
   * Lets the time-based operators of RxJS on this thread (`debounceTime`, `bufferTime`, `delay`, …) wait for this clock, until the function
   * that it returns is called. One clock at a time: while several rule, operators that are subscribed to wait for the latest.
   */
  rule(): () => void {
    const callOffs = new Map<number, () => void>();
    const interval: typeof intervalProvider.delegate = {
      setInterval: (then: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
        lastId += 1;
        const id = lastId;
        const again = (): void => {
          callOffs.set(id, this.after(Math.max(1, ms), again));
          then(...args);
        };
        // A first interval of no time is due at the next look, not in this call.
        callOffs.set(id, this.after(ms, again));
        return id as unknown as ReturnType<typeof setInterval>;
      },
      clearInterval: (id: unknown) => {
        callOffs.get(id as number)?.();
        callOffs.delete(id as number);
      },
    };
    const rule: Rule = { interval, date: { now: this.now } };
    rules.begin(rule);
    return () => {
      rules.end(rule);
      for (const callOff of callOffs.values()) callOff();
      callOffs.clear();
    };
  }

  #callNext(until: number): boolean {
    let first: Waiting | undefined;
    for (const waiting of this.#waiting) if (first === undefined || waiting.at < first.at) first = waiting;
    if (first === undefined || first.at > until) return false;
    this.#waiting.delete(first);
    this.#now = Math.max(this.#now, first.at);
    first.then();
    return true;
  }
}

/** The next turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function settled(): Promise<void> {
  for (let i = 0; i < settlingTurns; i += 1) await turn();
}
