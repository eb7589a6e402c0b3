import { boundedQueue, END } from '@millrace/core';
import type { Print } from '../runner/example.js';

/** What a producer and its consumers are to do. */
export interface Work {
  readonly items: number;
  readonly consumers: number;
  /** Items that may lie between them. */
  readonly capacity: number;
  /** What a consumer does with an item. */
  readonly consume: (item: number) => Promise<unknown>;
}

/** By hand: a queue, one producer, consumers that compete. @returns the most items that ever waited */
export async function byQueue({ items, consumers, capacity, consume }: Work, print: Print): Promise<number> {
  const { sender, receiver } = boundedQueue<number>(capacity);

  async function producer(): Promise<void> {
    // Waits while the queue is full.
    for (let item = 1; item <= items; item += 1) await sender.send(item);
    // No item says that it is over: whoever receives, and however many they are, gets END once all is received.
    sender.close();
  }

  async function consumer(name: string): Promise<void> {
    for (let item = await receiver.receive(); item !== END; item = await receiver.receive()) {
      await consume(item);
      print(`${name} has consumed ${item}`);
    }
    print(`${name} has seen the end`);
  }

  await Promise.all([producer(), ...Array.from({ length: consumers }, (_, index) => consumer(`consumer ${index + 1}`))]);
  return receiver.peak;
}
