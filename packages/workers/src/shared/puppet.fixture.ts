import { parentPort } from 'node:worker_threads';
import { receive, share } from '@millrace/workers';
import { encodeThrown } from '../wire/remote-error.js';
import * as acts from './acts.fixture.js';

/** What a puppet is told to do: a method of a primitive, or an act of the fixture. */
export interface Order {
  readonly number: number;
  readonly target: unknown;
  readonly method: string;
  readonly args: readonly unknown[];
}

// A worker thread as a user would start it. It does as it is told, in order, and blocks where that blocks.
parentPort?.on('message', async (message) => {
  const { number, target, method, args } = receive<Order>(message);
  const of = (target ?? acts) as Record<string, (...args: readonly unknown[]) => unknown>;
  try {
    parentPort?.postMessage(share({ number, value: await of[method]!(...args) }));
  } catch (error) {
    parentPort?.postMessage(share({ number, error: encodeThrown(error) }));
  }
});
