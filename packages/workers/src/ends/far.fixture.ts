import { EventEmitter, once } from 'node:events';
import type { FromStore, ToStore } from '../wire/store-message.js';
import { FarStore } from './far-store.js';
import { ServedStore } from './served-store.js';
import type { Store } from './store.js';

/** A store as a worker sees it, without a worker: messages lie on the wire until they are delivered. */
export class FarSide {
  readonly store: FarStore;
  readonly served: ServedStore;
  readonly #there: ToStore[] = [];
  readonly #back: FromStore[] = [];

  constructor(home: Store, worker = 'far') {
    const clone = (value: unknown): unknown => structuredClone(value);
    this.store = new FarStore({ post: (message) => void this.#there.push(structuredClone(message)), clone });
    this.served = new ServedStore(home, { post: (message) => void this.#back.push(structuredClone(message)), clone }, worker);
  }

  /** What has been asked reaches the store; answers stay on the wire. */
  ask(): void {
    for (const message of this.#there.splice(0)) this.served.receive(message);
  }

  answer(): void {
    for (const message of this.#back.splice(0)) this.store.receive(message);
  }

  /** Both ways, until nothing moves any more. */
  async settle(): Promise<void> {
    const turn = new EventEmitter();
    do {
      this.ask();
      this.answer();
      setImmediate(() => turn.emit('turn'));
      await once(turn, 'turn');
    } while (this.#there.length + this.#back.length > 0);
  }
}
