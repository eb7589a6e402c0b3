import type { Edge } from '../../queue/index.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts, type StageHost } from '../stage.js';

/** The end of a flow that nobody reads: counts and drops. */
export class DropStage implements LiveStage {
  readonly kind = 'sink';
  readonly name: string;
  readonly output = undefined;
  readonly lanes = [];
  readonly held = 0;
  readonly lowestPosition = (): undefined => undefined;
  readonly load = 0;
  readonly input: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;

  constructor(name: string, input: Edge, meter: Meter) {
    this.name = name;
    this.input = input;
    this.meter = meter;
  }

  get activity(): Activity {
    return this.input.length > 0 ? 'busy' : 'starved';
  }

  readonly step = (): boolean => {
    while (this.input.length > 0) {
      this.input.shift();
      this.counts.ok += 1;
    }
    this.ended = this.input.finished;
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.input.clear();
  };
}

type Ending = { readonly kind: 'open' } | { readonly kind: 'end' } | { readonly kind: 'failed'; readonly error: Error };

interface Reader {
  readonly resolve: (result: IteratorResult<unknown, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const done: IteratorResult<unknown, undefined> = { done: true, value: undefined };

/** The end of a flow that somebody reads item by item; reads that come before the items wait, in order. */
export class ReaderStage implements LiveStage {
  readonly kind = 'sink';
  readonly name: string;
  readonly output = undefined;
  readonly lanes = [];
  readonly held = 0;
  readonly lowestPosition = (): undefined => undefined;
  readonly input: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #host: StageHost;
  readonly #nextTurn: () => Promise<void>;
  readonly #readers: Reader[] = [];
  #ending: Ending = { kind: 'open' };

  constructor(name: string, input: Edge, host: StageHost, meter: Meter, nextTurn: () => Promise<void>) {
    this.name = name;
    this.input = input;
    this.meter = meter;
    this.#host = host;
    this.#nextTurn = nextTurn;
  }

  /** Without a reader that waits, it is the reader who is slow. */
  get load(): number {
    return this.#readers.length === 0 ? 1 : 0;
  }

  get activity(): Activity {
    return this.#readers.length === 0 ? 'busy' : 'starved';
  }

  readonly step = (): boolean => {
    while (this.#readers.length > 0 && this.input.length > 0) this.#readers.shift()!.resolve(this.#shift());
    // END is told when the run has ended, not when its last item is read: by then all is released and the report stands.
    this.ended = this.input.finished;
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.input.clear();
  };

  /** The next item; resolves to `done` after the run has ended, rejects with its error. */
  read(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#readers.length === 0 && this.input.length > 0) return this.#readNow();
    const error = this.takeError();
    if (error !== undefined) return Promise.reject(error);
    if (this.#ending.kind === 'end') return Promise.resolve(done);
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#host.wake(this);
    });
  }

  /** The run is over. */
  close(ending: Ending): void {
    this.#ending = ending;
    for (const reader of this.#readers.splice(0)) {
      const error = this.takeError();
      if (error === undefined) reader.resolve(done);
      else reader.reject(error);
    }
  }

  /** What the run was rejected with, once, as generators do: after it the iteration is over. Undefined when there is nothing to tell. */
  takeError(): Error | undefined {
    if (this.#ending.kind !== 'failed') return undefined;
    const { error } = this.#ending;
    this.#ending = { kind: 'end' };
    return error;
  }

  #readNow(): Promise<IteratorResult<unknown, undefined>> {
    const result = this.#shift();
    if (this.input.finished) this.#host.wake(this);
    // A loop over items that are always there would keep timers and sockets waiting for ever.
    if (this.#host.overdue()) return this.#nextTurn().then(() => result);
    return Promise.resolve(result);
  }

  #shift(): IteratorResult<unknown, undefined> {
    this.counts.ok += 1;
    return { done: false, value: this.input.shift() };
  }
}
