import { Filling } from '../lanes/filling.js';
import { settlesWithin } from '../wire/settles-within.js';
import { Fifo } from './fifo.js';
import { AsArrived, Failure, type Gathering, InOrder, NONE } from './gathering.js';
import { type Input, openInput } from './input.js';
import { type Caller, type Drawn, type Poked, Supply, type Turner } from './supply.js';
import type { Items, Settled } from './task-pool.js';

export interface MappingOptions {
  readonly items: Items<unknown>;
  /** `settled`: errors of items are outcomes like others. */
  readonly outcomes: 'values in order' | 'values as they come' | 'settled';
  readonly bufferSize: number;
  /** Undefined: the pool decides. */
  readonly chunkSize: number | undefined;
  readonly workers: number;
  /** How long leaving early waits for an input that does not return. */
  readonly graceMs: number;
  /** The first `next()`: throws when the pool takes no calls any more. */
  readonly begin: () => Poked;
  readonly enter: (turner: Turner) => void;
  /** After `begin`: all is handed out, or given up. `closing` settles when the input has returned. */
  readonly onOver: (closing: Promise<void> | undefined) => void;
}

type State =
  | { readonly kind: 'unbegun' }
  | { readonly kind: 'reading'; readonly supply: Supply<number>; readonly input: Input }
  /** No more items: all were read, the input has failed, or an outcome has come that ends the map. */
  | { readonly kind: 'read'; readonly supply: Supply<number>; readonly failure: Failure | undefined }
  /** `failure` is still to be told. */
  | { readonly kind: 'over'; failure: Failure | undefined };

interface Reader {
  readonly promise: Promise<IteratorResult<unknown, undefined>>;
  readonly resolve: (result: IteratorResult<unknown, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const done: IteratorResult<never, undefined> = { done: true, value: undefined };

/** One call of `map` or its kin: reads the input as lanes ask for items, and hands the outcomes out to `next()`. Tickets are indexes of items. */
export class Mapping implements Caller<number> {
  readonly #options: MappingOptions;
  readonly #gathered: Gathering;
  readonly #readers = new Fifo<Reader>();
  /** Read from the input, waiting for a lane. */
  readonly #waiting = new Fifo<unknown>();
  #state: State = { kind: 'unbegun' };
  #read = 0;
  #drawn = 0;
  #handedOut = 0;
  /** What a lane asks for, as of late. */
  #batch = 1;
  /** Settles when the input has returned; undefined while it was not told to. */
  #closing: Promise<void> | undefined;

  constructor(options: MappingOptions) {
    this.#options = options;
    this.#gathered = options.outcomes === 'values in order' ? new InOrder() : new AsArrived();
  }

  get running(): number {
    return 'supply' in this.#state ? this.#state.supply.running : 0;
  }

  get hasFresh(): boolean {
    if (this.#waiting.length > 0) return true;
    return this.#state.kind === 'reading' && this.#state.input.onDemand && this.#room >= this.#worthwhile;
  }

  readonly next = (): Promise<IteratorResult<unknown, undefined>> => {
    if (this.#state.kind === 'unbegun') this.#begin();
    // Without promises that wait the outcomes that are here go out one by one, at the price of one promise each.
    if (this.#readers.length === 0) {
      const outcome = this.#shift();
      if (outcome instanceof Failure) return Promise.reject(outcome.error);
      if (outcome !== NONE) return Promise.resolve({ done: false, value: outcome });
      if (this.#state.kind === 'over') return Promise.resolve(done);
    }
    let resolve!: Reader['resolve'];
    let reject!: Reader['reject'];
    const promise: Reader['promise'] = new Promise((...settle) => {
      [resolve, reject] = settle;
    });
    this.#readers.push({ promise, resolve, reject });
    return promise;
  };

  /**
   * Leaves early. Rejects with what the input throws when it is told to return, as `for await` does. An async generator returns only when what
   * it awaits has come, and items are read ahead: when that may be never, the loop that is left must end all the same.
   */
  readonly return = async (): Promise<IteratorResult<unknown, undefined>> => {
    this.#end(undefined, new DOMException('the results of this map are not wanted any more', 'AbortError'));
    this.flush();
    if (this.#closing !== undefined) await settlesWithin(this.#closing, this.#options.graceMs);
    return done;
  };

  readonly draw = (max: number): Drawn<number> => {
    const { chunkSize = max, workers } = this.#options;
    this.#batch = Math.min(max, chunkSize);
    const reading = this.#state.kind === 'reading' ? this.#state.input : undefined;
    if (reading?.onDemand) reading.read();
    // The last items are shared out: a lane that takes them all keeps the others idle.
    const shared = this.#state.kind === 'reading' || this.#options.chunkSize !== undefined ? 1 : workers;
    const filling = new Filling(Math.min(this.#batch, Math.ceil(this.#waiting.length / shared)));
    const items: unknown[] = [];
    const tickets: number[] = [];
    while (!filling.isFull) {
      const item = this.#waiting.shift();
      filling.add(item);
      items.push(item);
      tickets.push(this.#drawn);
      this.#drawn += 1;
    }
    // Large items fill a batch sooner, and no more are read ahead.
    if (this.#waiting.length > 0) this.#batch = items.length;
    if (reading?.onDemand === false) reading.read();
    return { items, tickets };
  };

  readonly value = (index: number, value: unknown): void => {
    if (this.#options.outcomes !== 'settled') this.#gathered.put(index, value);
    else this.#gathered.put(index, { index, status: 'fulfilled', value } satisfies Settled<unknown>);
  };

  readonly failed = (index: number, error: unknown): void => {
    if (this.#options.outcomes === 'settled') {
      this.#gathered.put(index, { index, status: 'rejected', reason: error } satisfies Settled<unknown>);
      return;
    }
    this.#gathered.put(index, new Failure(error));
    this.#stop(index, error);
  };

  readonly flush = (): void => {
    while (this.#readers.length > 0) {
      const outcome = this.#shift();
      if (outcome instanceof Failure) this.#readers.shift().reject(outcome.error);
      else if (outcome !== NONE) this.#readers.shift().resolve({ done: false, value: outcome });
      else if (this.#state.kind === 'over') this.#readers.shift().resolve(done);
      else return;
    }
  };

  /** Ends at once: what was not handed out is dropped, and the next `next()` rejects. With `silent` one that nobody awaits is no unhandled rejection. */
  fail(error: unknown, silent = false): void {
    if (silent) for (const { promise } of this.#readers) promise.catch(() => undefined);
    this.#end(new Failure(error), error);
    this.flush();
  }

  get #room(): number {
    return this.#options.bufferSize - (this.#read - this.#handedOut);
  }

  /** Below this a batch is not worth its message: results wait to be read, so nobody waits for it. */
  get #worthwhile(): number {
    return Math.min(this.#batch, Math.max(1, this.#options.bufferSize >> 2));
  }

  #begin(): void {
    let channel: Poked;
    try {
      channel = this.#options.begin();
    } catch (error) {
      this.#state = { kind: 'over', failure: new Failure(error) };
      return;
    }
    const supply = new Supply<number>(channel, this, this.#options.enter);
    try {
      const input = this.#openInput(supply);
      this.#state = { kind: 'reading', supply, input };
      if (input.onDemand) this.#options.enter(supply);
      else input.read();
    } catch (error) {
      this.#state = { kind: 'over', failure: new Failure(error) };
      this.#options.onOver(undefined);
    }
  }

  #openInput(supply: Supply<number>): Input {
    return openInput(this.#options.items, {
      wants: () => this.#room > 0 && this.#waiting.length < this.#batch * this.#options.workers,
      push: (item) => {
        this.#read += 1;
        this.#waiting.push(item);
        if (this.#waiting.length === 1) this.#options.enter(supply);
      },
      onEnd: (failure) => {
        this.#state = { kind: 'read', supply, failure: failure && new Failure(failure.error) };
        this.#settle();
        this.flush();
      },
    });
  }

  /** The next outcome to hand out; NONE when there is none now, or none any more. */
  #shift(): unknown {
    const state = this.#state;
    if (state.kind === 'over') {
      const { failure } = state;
      state.failure = undefined;
      return failure ?? NONE;
    }
    const outcome = this.#gathered.shift();
    if (outcome === NONE) return NONE;
    if (outcome instanceof Failure) {
      this.#end(undefined, outcome.error);
      return outcome;
    }
    this.#handedOut += 1;
    if (state.kind === 'read') this.#settle();
    else if (state.kind === 'reading' && this.#room === this.#worthwhile) {
      if (state.input.onDemand) this.#options.enter(state.supply);
      else state.input.read();
    }
    return outcome;
  }

  /** Over when each item that was read has been handed out. */
  #settle(): void {
    if (this.#state.kind === 'read' && this.#handedOut === this.#read) this.#end(this.#state.failure, undefined);
  }

  /** The item at `index` ends the map: what comes before it in the order of the results still counts. */
  #stop(index: number, error: unknown): void {
    const state = this.#state;
    if (state.kind !== 'reading' && state.kind !== 'read') return;
    this.#state = { kind: 'read', supply: state.supply, failure: undefined };
    this.#waiting.clear();
    if (state.kind === 'reading') this.#close(state.input);
    const { outcomes } = this.#options;
    state.supply.giveUp((other) => outcomes !== 'values in order' || other > index, error);
  }

  #end(failure: Failure | undefined, reason: unknown): void {
    const state = this.#state;
    if (state.kind === 'over') return;
    this.#state = { kind: 'over', failure };
    this.#waiting.clear();
    if (state.kind === 'reading') this.#close(state.input);
    if (state.kind !== 'unbegun') {
      state.supply.giveUp(() => true, reason);
      this.#options.onOver(this.#closing);
    }
  }

  /** What the input throws now is told to who leaves early; it must not hide an error that ended the map. */
  #close(input: Input): void {
    this.#closing = input.close();
    this.#closing.catch(() => undefined);
  }
}
