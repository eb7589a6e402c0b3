import { Worker } from 'node:worker_threads';
import { receive, share, watchThread } from '@millrace/workers';
import { type Thrown, ThrownDecoder } from '../wire/remote-error.js';
import type { Order } from './puppet.fixture.js';

interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: Thrown;
}

/** Somebody who waits: a thread that blocks, or a part of the main thread that awaits. */
export interface Actor {
  readonly thread: number;
  /** Calls a method of a primitive, by the name of its awaitable form. */
  act<R>(target: object, method: string, ...args: readonly unknown[]): Promise<R>;
}

/** A worker thread that does as it is told. */
export class Puppet implements Actor {
  readonly #worker = new Worker(new URL('./puppet.fixture.js', import.meta.url));
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  readonly thread = this.#worker.threadId;
  #orders = 0;

  constructor() {
    watchThread(this.#worker);
    this.#worker.on('message', (message) => {
      const { number, value, error } = receive<Answer>(message);
      const { resolve, reject } = this.#open.get(number)!;
      this.#open.delete(number);
      if (error === undefined) resolve(value);
      else reject(new ThrownDecoder().decode(error));
    });
  }

  /** The form that blocks, where there is one. */
  act<R>(target: object, method: string, ...args: readonly unknown[]): Promise<R> {
    return this.order(target, `${method}Sync` in target ? `${method}Sync` : method, args);
  }

  /** An act of `acts.fixture.ts`. */
  perform<R>(name: string, ...args: readonly unknown[]): Promise<R> {
    return this.order(undefined, name, args);
  }

  order<R>(target: unknown, method: string, args: readonly unknown[]): Promise<R> {
    const order: Order = { number: ++this.#orders, target, method, args };
    return new Promise<R>((resolve, reject) => {
      this.#open.set(order.number, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage(share(order));
    });
  }

  /** Ends the thread, whatever it does; its orders are never answered. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Several of them may wait at one time, and are one thread. */
export const onMain: Actor = {
  thread: 0,
  act: async <R>(target: object, method: string, ...args: readonly unknown[]) =>
    (await (target as Record<string, (...args: readonly unknown[]) => unknown>)[method]!(...args)) as R,
};

/** Waits until something has come to be, and lets the event loop turn. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
