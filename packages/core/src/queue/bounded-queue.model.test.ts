import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundedQueue } from './bounded-queue.js';
import { END, NONE } from './sentinels.js';

/** Says who sent it and as which of his. */
interface Item {
  readonly producer: number;
  readonly nth: number;
}

type Step =
  | { readonly kind: 'send' | 'trySend' | 'close' | 'forkSender'; readonly of: number }
  | { readonly kind: 'receive' | 'tryReceive' | 'forkReceiver'; readonly of: number };

const stepKind = fc.constantFrom('send', 'send', 'trySend', 'trySend', 'receive', 'receive', 'tryReceive', 'tryReceive');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: stepKind, of: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('forkSender', 'forkReceiver', 'close'), of: fc.nat(7) }) },
) as fc.Arbitrary<Step>;

/**
 * The model is two numbers. `accepted` counts sends that were let in or wait, `asked` the receives that were served or wait; what lies
 * between them is in the queue. The n-th that asked gets the n-th that was accepted.
 */
class Model {
  readonly #queue;
  readonly #capacity: number;
  readonly #senders;
  readonly #receivers;
  readonly #open: boolean[] = [true];
  readonly #sentBy: number[] = [0];
  readonly accepted: Item[] = [];
  readonly asked: Promise<Item | typeof END>[] = [];
  readonly sends: Promise<void>[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#queue = boundedQueue<Item>(capacity);
    this.#senders = [this.#queue.sender];
    this.#receivers = [this.#queue.receiver];
  }

  get #between(): number {
    return this.accepted.length - this.asked.length;
  }

  get #closed(): boolean {
    return this.#open.every((open) => !open);
  }

  act({ kind, of }: Step): void {
    const producer = of % this.#senders.length;
    const sender = this.#senders[producer]!;
    const receiver = this.#receivers[of % this.#receivers.length]!;
    if (kind === 'send') this.#send(producer);
    if (kind === 'trySend') this.#trySend(producer);
    if (kind === 'receive' && !(this.#closed && this.#between <= 0)) this.asked.push(receiver.receive());
    if (kind === 'tryReceive') this.#tryReceive(receiver.tryReceive());
    if (kind === 'forkReceiver') this.#receivers.push(receiver.fork());
    if (kind === 'forkSender' && this.#open[producer]) {
      this.#senders.push(sender.fork());
      this.#open.push(true);
      this.#sentBy.push(0);
    }
    if (kind === 'close') this.#close(producer);
    this.#checkGauge();
  }

  #send(producer: number): void {
    if (!this.#open[producer]) return;
    const item = this.#item(producer);
    this.sends.push(this.#senders[producer]!.send(item));
    this.accepted.push(item);
  }

  #trySend(producer: number): void {
    const item = this.#item(producer);
    const expected = !this.#open[producer] ? 'closed' : this.#between < this.#capacity ? 'sent' : 'full';
    expect(this.#senders[producer]!.trySend(item)).toBe(expected);
    if (expected === 'sent') this.accepted.push(item);
  }

  #tryReceive(received: Item | typeof NONE | typeof END): void {
    if (this.#between > 0) this.asked.push(Promise.resolve(received as Item));
    else expect(received).toBe(this.#closed ? END : NONE);
  }

  #close(producer: number): void {
    this.#senders[producer]!.close();
    this.#open[producer] = false;
  }

  #item(producer: number): Item {
    this.#sentBy[producer]! += 1;
    return { producer, nth: this.#sentBy[producer]! };
  }

  #checkGauge(): void {
    expect(this.#queue.sender.length).toBe(Math.max(0, Math.min(this.#between, this.#capacity)));
    expect(this.#queue.sender.peak).toBeLessThanOrEqual(this.#capacity);
  }

  /** Closes everything and reads to the end: what was received, in the order of asking. */
  async finish(): Promise<Item[]> {
    for (const producer of this.#senders.keys()) this.#close(producer);
    const received: Item[] = [];
    for (const asked of this.asked) {
      const item = await asked;
      if (item !== END) received.push(item);
    }
    for await (const item of this.#queue.receiver) received.push(item);
    for (const receiver of this.#receivers) expect(await receiver.receive()).toBe(END);
    await Promise.all(this.sends);
    return received;
  }

  /** Breaks it; everything that waits is let go. Gives what consumers had got by then. */
  async break(error: Error): Promise<Item[]> {
    this.#queue.receiver.cancel(error);
    const sends = await Promise.allSettled(this.sends);
    const asked = await Promise.allSettled(this.asked);
    for (const result of sends) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ERR_CLOSED' });
    for (const result of asked) if (result.status === 'rejected') expect(result.reason).toBe(error);
    return asked.flatMap((result) => (result.status === 'fulfilled' && result.value !== END ? [result.value] : []));
  }
}

const anyCapacity = fc.constantFrom(0, 1, 2, 4, 16, 1024);
const steps = fc.array(step, { maxLength: 80 });

describe('any interleaving of producers and consumers', () => {
  test('nothing is lost, nothing comes twice, the order of sending is kept', async () => {
    await fc.assert(
      fc.asyncProperty(anyCapacity, steps, async (capacity, script) => {
        const model = new Model(capacity);
        for (const each of script) model.act(each);
        expect(await model.finish()).toEqual(model.accepted);
      }),
      { numRuns: 300 },
    );
  });

  test('a cancel in the midst settles everything; what was received is the beginning of what was sent', async () => {
    const error = new Error('enough');
    await fc.assert(
      fc.asyncProperty(anyCapacity, steps, async (capacity, script) => {
        const model = new Model(capacity);
        for (const each of script) model.act(each);
        const received = await model.break(error);
        expect(received).toEqual(model.accepted.slice(0, received.length));
      }),
      { numRuns: 200 },
    );
  });
});
