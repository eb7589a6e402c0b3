import { pack, transfersOf, unpack } from '../codec/codec.js';
import { ClosedError, WorkerDeathError } from '../errors.js';
import { copyOf } from '../wire/clone-fault.js';
import { encodeThrown, ThrownDecoder } from '../wire/remote-error.js';
import type { FromStore, ToStore } from '../wire/store-message.js';
import type { StoreWire } from './far-store.js';
import type { Answer, Store } from './store.js';

const thrown = new ThrownDecoder();

/** Answers one worker for a store. Knows what is on its way there, and what the worker has not finished. */
export class ServedStore {
  readonly #store: Store;
  readonly #wire: StoreWire<FromStore>;
  readonly #worker: string;
  /** Questions that wait, by their number: what makes them not wait. */
  readonly #waiting = new Map<number, () => void>();
  /** Items that have been sent and not arrived. */
  readonly #underWay = new Map<number, (received: boolean) => void>();
  /** Items that have arrived and are not finished. */
  #unfinished = 0;

  /** @param worker its name */
  constructor(store: Store, wire: StoreWire<FromStore>, worker: string) {
    this.#store = store;
    this.#wire = wire;
    this.#worker = worker;
  }

  receive(message: ToStore): void {
    const store = this.#store;
    switch (message.kind) {
      case 'put':
        store.ask({ kind: 'put', value: unpack(message.values)[0] }, (answer) => this.#answer(message.id, answer));
        return;
      case 'ask':
        this.#ask(message.id, message.ask);
        return;
      case 'cancel':
        this.#waiting.get(message.id)?.();
        this.#waiting.delete(message.id);
        return;
      case 'settle':
        this.#underWay.get(message.id)?.(message.received);
        this.#underWay.delete(message.id);
        if (message.received) this.#unfinished += 1;
        return;
      case 'done':
        this.#unfinished -= 1;
        store.done();
        return;
      case 'forfeit':
        this.#unfinished -= message.count;
        store.forfeit(message.count, thrown.decode(message.error));
        return;
      case 'close':
        store.close(message.error === undefined ? undefined : thrown.decode(message.error));
        return;
      case 'abandon':
        store.abandon(message.error === undefined ? undefined : thrown.decode(message.error));
        return;
    }
  }

  /**
   * The worker is gone. What it never got goes back, in its order; what it had got is not given to anybody else: who waits for the end of all
   * items is told. What it had put and found no room yet stays.
   *
   * @param error how, unless it had come to its end
   */
  end(error: unknown): void {
    for (const cancel of this.#waiting.values()) cancel();
    for (const settle of [...this.#underWay.values()].reverse()) settle(false);
    this.#waiting.clear();
    this.#underWay.clear();
    if (this.#unfinished > 0) this.#store.forfeit(this.#unfinished, this.#forfeited(error));
    this.#unfinished = 0;
  }

  #ask(id: number, ask: Extract<ToStore, { readonly kind: 'ask' }>['ask']): void {
    let heard = false;
    const cancel = this.#store.ask({ kind: ask }, (answer) => {
      heard = true;
      this.#waiting.delete(id);
      this.#answer(id, answer);
    });
    if (!heard) this.#waiting.set(id, cancel);
  }

  #answer(id: number, answer: Answer): void {
    if (answer.kind === 'item') this.#give(id, answer);
    else if (answer.kind === 'failed') this.#wire.post({ id, answer: { kind: 'failed', error: encodeThrown(answer.error) } });
    else if (answer.kind === 'ended' && answer.error !== undefined) {
      this.#wire.post({ id, answer: { kind: 'ended', error: encodeThrown(answer.error) } });
    } else this.#wire.post({ id, answer: answer.kind === 'ended' ? { kind: 'ended', error: undefined } : answer });
  }

  #give(id: number, { value, settle }: Extract<Answer, { readonly kind: 'item' }>): void {
    const values = pack([value]);
    try {
      this.#wire.post({ id, answer: { kind: 'item', values } }, transfersOf(values));
      this.#underWay.set(id, settle);
    } catch (cause) {
      // A thread had put what no process can take: it would fail here again and again.
      const copy = copyOf(value, 'value', this.#wire.clone);
      const error = copy.kind === 'fault' ? copy.fault : cause;
      settle(true);
      this.#store.forfeit(1, error);
      this.#answer(id, { kind: 'failed', error });
    }
  }

  #forfeited(cause: unknown): Error {
    const items = this.#unfinished === 1 ? 'an item' : `${this.#unfinished} items`;
    const message = `the worker "${this.#worker}" has ended with ${items} of the queue that it had got, and not called taskDone() for`;
    return cause instanceof WorkerDeathError
      ? new WorkerDeathError(message, cause, { cause })
      : new ClosedError(message, cause === undefined ? undefined : { cause });
  }
}
