import { FarStore } from '../ends/far-store.js';
import type { FromLane, ToLane } from '../wire/frame.js';
import type { WireEnd } from '../wire/worker-port.js';

/** The ways that lead from this worker to stores of those who started it. */
export class Exchange {
  readonly #wire: WireEnd<FromLane>;
  readonly #stores = new Map<number, FarStore>();

  constructor(wire: WireEnd<FromLane>) {
    this.#wire = wire;
  }

  store(channel: number): FarStore {
    const { post, clone } = this.#wire;
    const known = this.#stores.get(channel);
    if (known !== undefined) return known;
    const store = new FarStore({
      post: (message, transfers) => post({ kind: 'channel', channel, message }, transfers),
      clone,
    });
    this.#stores.set(channel, store);
    return store;
  }

  tellChild(pid: number, lives: boolean): void {
    this.#wire.post({ kind: 'child', pid, lives });
  }

  receive({ channel, message }: Extract<ToLane, { readonly kind: 'channel' }>): void {
    this.#stores.get(channel)?.receive(message);
  }
}

let exchange: Exchange | undefined;

export function openExchange(wire: WireEnd<FromLane>): Exchange {
  exchange = new Exchange(wire);
  return exchange;
}

/** Tells of a process whoever started this worker; nobody where this is none. */
export function tellStarter(pid: number, lives: boolean): void {
  exchange?.tellChild(pid, lives);
}

/** @throws Error where this is no worker */
export function ownExchange(): Exchange {
  if (exchange === undefined) throw new Error('this thread is no worker of Millrace');
  return exchange;
}
