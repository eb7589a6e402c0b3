import { Filling } from '../lanes/filling.js';
import { onAbort } from '../wire/abort.js';
import { Fifo } from './fifo.js';
import { type Caller, type Drawn, type Poked, Supply, type Turner } from './supply.js';

/** One submitted item. */
export class Call {
  readonly item: unknown;
  readonly promise: Promise<unknown>;
  resolve!: (value: unknown) => void;
  reject!: (error: unknown) => void;
  state: 'waiting' | 'running' | 'settled' = 'waiting';
  /** Stops listening to the signal. */
  unwatch: (() => void) | undefined;

  constructor(item: unknown) {
    this.item = item;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

export interface SubmissionsOptions {
  readonly workers: number;
  readonly enter: (turner: Turner) => void;
  /** So many items wait no more. */
  readonly onTaken: (items: number) => void;
  /** A call has settled. */
  readonly onSettled: () => void;
}

/** The submitted calls of one channel, first come, first served. */
export class Submissions implements Caller<Call> {
  readonly #options: SubmissionsOptions;
  readonly #supply: Supply<Call>;
  readonly #queue = new Fifo<Call>();
  #open = 0;
  /** In the queue, those that have settled there left out. */
  #waiting = 0;

  constructor(channel: Poked, options: SubmissionsOptions) {
    this.#options = options;
    this.#supply = new Supply(channel, this, options.enter);
  }

  get open(): number {
    return this.#open;
  }

  get running(): number {
    return this.#supply.running;
  }

  get waiting(): number {
    return this.#waiting + this.#supply.again;
  }

  get hasFresh(): boolean {
    return this.#waiting > 0;
  }

  add(item: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const call = new Call(item);
    if (signal !== undefined) call.unwatch = onAbort(signal, () => this.#abort(call, signal.reason));
    this.#open += 1;
    this.#queue.push(call);
    this.#waiting += 1;
    if (this.#waiting === 1) this.#options.enter(this.#supply);
    return call.promise;
  }

  readonly draw = (max: number): Drawn<Call> => {
    const items: unknown[] = [];
    const tickets: Call[] = [];
    // Few calls are shared out: a lane that takes them all keeps the others idle.
    const filling = new Filling(Math.min(max, Math.ceil(this.#waiting / this.#options.workers)));
    while (!filling.isFull) {
      const call = this.#queue.shift();
      if (call.state === 'settled') continue;
      call.state = 'running';
      filling.add(call.item);
      items.push(call.item);
      tickets.push(call);
    }
    this.#waiting -= items.length;
    this.#options.onTaken(items.length);
    return { items, tickets };
  };

  readonly value = (call: Call, value: unknown): void => {
    this.#settle(call);
    call.resolve(value);
  };

  readonly failed = (call: Call, error: unknown): void => {
    this.#settle(call);
    call.reject(error);
  };

  readonly flush = (): void => undefined;

  /** All calls reject. With `silent` those that nobody looks at make no unhandled rejection. */
  end(error: unknown, silent: boolean): void {
    const calls = [...this.#supply.forget(), ...this.#queue.clear().filter(({ state }) => state === 'waiting')];
    this.#options.onTaken(this.#waiting);
    this.#waiting = 0;
    for (const call of calls) {
      if (silent) call.promise.catch(() => undefined);
      this.failed(call, error);
    }
  }

  #abort(call: Call, reason: unknown): void {
    if (call.state === 'waiting') {
      this.#waiting -= 1;
      this.#options.onTaken(1);
      // Else those that were given up would pile up behind busy lanes.
      if (this.#waiting === 0) this.#queue.clear();
    } else this.#supply.giveUp((other) => other === call, reason);
    this.failed(call, reason);
  }

  #settle(call: Call): void {
    call.state = 'settled';
    call.unwatch?.();
    this.#open -= 1;
    this.#options.onSettled();
  }
}
