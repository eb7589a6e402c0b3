import { pack, transfersOf, unpack } from '../codec/codec.js';
import { copyOf } from '../wire/clone-fault.js';
import { encodeThrown, type Thrown, ThrownDecoder } from '../wire/remote-error.js';
import type { FromStore, ToStore } from '../wire/store-message.js';
import type { Answer, Ask, Store } from './store.js';

/** The way from one end of a wire to the other for the messages of one store. */
export interface StoreWire<M extends ToStore | FromStore> {
  /** Throws what cannot be cloned. */
  readonly post: (message: M, transfers?: readonly ArrayBuffer[]) => void;
  readonly clone: (value: unknown) => unknown;
}

const thrown = new ThrownDecoder();

/** The way to a store that lies in the thread or process that has started this one. */
export class FarStore implements Store {
  readonly #wire: StoreWire<ToStore>;
  readonly #asking = new Map<number, (answer: Answer) => void>();
  #last = 0;

  constructor(wire: StoreWire<ToStore>) {
    this.#wire = wire;
  }

  readonly ask = (ask: Ask, hear: (answer: Answer) => void): (() => void) => {
    this.#last += 1;
    const id = this.#last;
    this.#asking.set(id, hear);
    if (ask.kind === 'put') this.#put(id, ask.value);
    else this.#wire.post({ kind: 'ask', id, ask: ask.kind });
    return () => {
      if (this.#asking.delete(id)) this.#wire.post({ kind: 'cancel', id });
    };
  };

  /** It is copied when it is posted. */
  readonly copy = (value: unknown): unknown => value;
  readonly done = (): void => this.#wire.post({ kind: 'done' });
  readonly forfeit = (count: number, error: unknown): void =>
    this.#wire.post({ kind: 'forfeit', count, error: encodeThrown(error) });
  readonly close = (error?: unknown): void => this.#wire.post({ kind: 'close', error: told(error) });
  readonly abandon = (error?: unknown): void => this.#wire.post({ kind: 'abandon', error: told(error) });

  receive({ id, answer }: FromStore): void {
    const hear = this.#asking.get(id);
    this.#asking.delete(id);
    if (answer.kind === 'item') {
      const settle = (received: boolean): void => this.#wire.post({ kind: 'settle', id, received });
      if (hear === undefined) settle(false);
      else hear({ kind: 'item', value: unpack(answer.values)[0], settle });
    } else if (answer.kind === 'ended' || answer.kind === 'failed') {
      hear?.({ kind: answer.kind, error: answer.error === undefined ? undefined : thrown.decode(answer.error) });
    } else hear?.(answer);
  }

  #put(id: number, value: unknown): void {
    try {
      const values = pack([value]);
      this.#wire.post({ kind: 'put', id, values }, transfersOf(values));
    } catch (error) {
      const hear = this.#asking.get(id);
      this.#asking.delete(id);
      const copy = copyOf(value, 'value', this.#wire.clone);
      hear?.({ kind: 'failed', error: copy.kind === 'fault' ? copy.fault : error });
    }
  }
}

function told(error: unknown): Thrown | undefined {
  return error === undefined ? undefined : encodeThrown(error);
}
