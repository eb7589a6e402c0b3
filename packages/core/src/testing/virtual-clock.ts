import { dateTimestampProvider } from 'rxjs/internal/scheduler/dateTimestampProvider';
import { intervalProvider } from 'rxjs/internal/scheduler/intervalProvider';

/** A timer that was set and not called off. */
interface Waiting {
  /** When it is due, in ms of the clock. */
  readonly at: number;
  readonly then: () => void;
}

/** Turns of the event loop after which what a timer has set going is taken to have come to rest. */
const settlingTurns = 10;

/**
 * A clock that stands still until it is moved: what a run waits for (time limits, delays of retries, rates, batches) waits for it, and what
 * a task waits for by `sleep`. Times are in ms since it was made.
 *
 * ```ts
 * const clock = new VirtualClock();
 * const tested = testRun(orders, { clock });
 * await clock.advance(60_000);
 * ```
 *
 * It cannot move what waits elsewhere: `setTimeout`, sockets, files, worker threads.
 */
export class VirtualClock {
  #now = 0;
  readonly #waiting = new Set<Waiting>();

  /** Timers that are set. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Time of the clock. */
  readonly now = (): number => this.#now;

  /** Calls `then` when the clock has moved on by `ms`; what it returns calls that off. */
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

  /** Moves on by `ms`. Timers that become due are called in order, and what each sets going comes to rest before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    while (this.#callNext(until)) await settled();
    this.#now = Math.max(this.#now, until);
  }

  /** Moves on to the first timer that is due, and calls it. False when there is none. */
  next(): boolean {
    return this.#callNext(Number.POSITIVE_INFINITY);
  }

  /**
   * Lets the time-based operators of RxJS on this thread (`debounceTime`, `bufferTime`, `delay`, …) wait for this clock, until the function
   * that it returns is called. One clock at a time.
   */
  rule(): () => void {
    const before = { interval: intervalProvider.delegate, date: dateTimestampProvider.delegate };
    const callOffs = new Map<number, () => void>();
    let last = 0;
    intervalProvider.delegate = {
      setInterval: (then: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
        last += 1;
        const id = last;
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
    dateTimestampProvider.delegate = { now: this.now };
    return () => {
      intervalProvider.delegate = before.interval;
      dateTimestampProvider.delegate = before.date;
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
