import { ClosedError } from '../errors.js';
import { QueueReader } from '../wire/queue-reader.js';
import { settlesWithin } from '../wire/settles-within.js';
import { asked, checkCapacity, type SignalOptions, signalOf } from './asking.js';
import { type Lending, type Lent, lending } from './lending.js';
import { HomeStore, type Store } from './store.js';

/**
 * One end of a `pipe`: sends values of type `S` to the other end, receives values of type `R` from there.
 *
 * It can be given to one worker, as an argument of `spawnThread` or `spawnProcess`, and belongs to it from then on: here it is closed.
 * When that worker ends, its end closes. If its task had not come to its end (it failed, it was terminated, its process died), what it had
 * sent can still be received; then `recv` rejects, and iteration throws, with an error that says how: a `WorkerDeathError`, or a `ClosedError`
 * whose cause is what the task threw.
 */
export interface Connection<in S, out R> extends AsyncIterable<R> {
  /**
   * Copies a value and sends it. Resolves when the pipe has taken it in, which has a bound: await it, or the values that wait have none.
   *
   * @throws CloneError for what cannot be copied; ClosedError when either end is closed; WorkerDeathError when the worker that held the other
   *   end has died
   */
  readonly send: (value: S) => Promise<void>;
  /**
   * The next value; waits for it.
   *
   * @throws ClosedError when all are received and the other end is closed; the reason of the signal
   */
  readonly recv: (options?: SignalOptions) => Promise<R>;
  /**
   * Whether `recv` would give something (the end of all included) at once, or within `ms`. Default 0.
   *
   * @throws ClosedError when this end is closed
   */
  readonly poll: (ms?: number) => Promise<boolean>;
  /** The other end receives what was sent, then its end. What was sent here and not received is dropped. A second call has no effect. */
  readonly close: () => void;
}

/** Options of a pipe. */
export interface PipeOptions {
  /** Values that lie in the pipe, each way, before `send` waits. At least 1. Default 1024. */
  readonly capacity?: number | undefined;
}

/**
 * Two connected ends, as `multiprocessing.Pipe()` gives them. What is sent at one is received at the other, both ways, in order and once. The
 * pipe lies in the thread that has made it: two workers that talk by it do so through that thread.
 *
 * @throws TypeError or RangeError for a wrong option
 *
 * @example
 * ```ts
 * import { type Connection, pipe, spawnProcess, task } from '@millrace/workers';
 *
 * const square = task(import.meta, 'square', async (end: Connection<number, number>) => {
 *   for await (const n of end) await end.send(n * n);
 * });
 *
 * const [here, there] = pipe<number>();
 * const squarer = spawnProcess('squarer', square, there);
 * await here.send(12);
 * console.log(await here.recv()); // 144
 * here.close();
 * await squarer.join();
 * ```
 */
export function pipe<S, R = S>(options: PipeOptions = {}): [Connection<S, R>, Connection<R, S>] {
  const capacity = checkCapacity('pipe', options.capacity);
  const there = new HomeStore(capacity);
  const back = new HomeStore(capacity);
  return [new PipeEnd<S, R>(there, back), new PipeEnd<R, S>(back, there)];
}

export class PipeEnd<in S, out R> implements Connection<S, R> {
  readonly #out: Store;
  readonly #in: Store;
  /** Why it is of no use here any more. */
  #shut: string | undefined;
  /** Calls that wait for what comes in. */
  #receiving = 0;

  constructor(out: Store, incoming: Store) {
    this.#out = out;
    this.#in = incoming;
  }

  readonly send = async (value: S): Promise<void> => {
    this.#assertOpen();
    const answer = await asked(this.#out, { kind: 'put', value: this.#out.copy(value) });
    if (answer.kind === 'ended')
      throw answer.error ?? new ClosedError('the other end of the pipe is closed: nobody will receive it');
  };

  readonly recv = async (options?: SignalOptions): Promise<R> => {
    const next = await this.#next(signalOf(options));
    if (next === undefined) throw new ClosedError('the other end of the pipe is closed: nothing more comes');
    return next.value;
  };

  readonly poll = async (ms = 0): Promise<boolean> => {
    this.#assertOpen();
    let isReady = false;
    let cancel: (() => void) | undefined;
    const ready = new Promise<void>((resolve) => {
      cancel = this.#in.ask({ kind: 'watch' }, () => {
        isReady = true;
        resolve();
      });
    });
    // The pipe may lie in another thread. This is answered in any case, and not before what was asked before it.
    await asked(this.#in, { kind: 'count' });
    if (!isReady && ms > 0) await settlesWithin(ready, ms);
    cancel?.();
    return isReady;
  };

  readonly close = (): void => {
    if (this.#shut !== undefined) return;
    this.#shut = 'this end of the pipe is closed';
    this.#out.close();
    this.#in.abandon();
  };

  [Symbol.asyncIterator](): AsyncIterableIterator<R> {
    return new QueueReader((signal) => this.#next(signal));
  }

  get [lending](): Lending {
    return {
      kind: 'connection',
      check: () => {
        this.#assertOpen();
        if (this.#receiving > 0)
          throw new ClosedError('this end of the pipe cannot be given to a worker while a recv() waits at it');
      },
      give: (worker) => this.#give(worker),
    };
  }

  #give(worker: string): Lent {
    this.#shut = `this end of the pipe was given to the worker "${worker}"`;
    return {
      stores: [this.#out, this.#in],
      end: (error) => {
        this.#out.close(error);
        this.#in.abandon(error);
      },
    };
  }

  /** An end that was given away meanwhile gives nothing here any more: its values are those of the worker. */
  async #next(signal?: AbortSignal): Promise<{ readonly value: R } | undefined> {
    this.#assertOpen();
    this.#receiving += 1;
    try {
      const answer = await asked(this.#in, { kind: 'take' }, signal);
      // What is sent at the other end is of its type.
      if (answer.kind === 'item') return { value: answer.value as R };
      if (this.#shut !== undefined) throw new ClosedError(this.#shut);
      if (answer.kind === 'ended' && answer.error !== undefined) throw answer.error;
      return undefined;
    } finally {
      this.#receiving -= 1;
    }
  }

  #assertOpen(): void {
    if (this.#shut !== undefined) throw new ClosedError(this.#shut);
  }
}
