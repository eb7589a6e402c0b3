import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundedQueue } from './bounded-queue.js';
import type { Overflow } from './overflow.js';
import { END, NONE } from './sentinels.js';

/** Says who sent it and as which of his. */
interface Item {
  readonly producer: number;
  readonly nth: number;
}

type Step =
  | { readonly kind: 'send' | 'trySend' | 'close' | 'forkSender' | 'abortSend'; readonly of: number }
  | { readonly kind: 'receive' | 'tryReceive' | 'forkReceiver' | 'abortReceive'; readonly of: number };

const stepKind = fc.constantFrom('send', 'send', 'trySend', 'trySend', 'receive', 'receive', 'tryReceive', 'tryReceive');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: stepKind, of: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('abortSend', 'abortReceive'), of: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('forkSender', 'forkReceiver', 'close'), of: fc.nat(7) }) },
) as fc.Arbitrary<Step>;

/** A call under way, and how to give it up. */
interface Call<V> {
  readonly settled: Promise<V>;
  readonly abort: () => void;
}

function call<V>(start: (signal: AbortSignal) => Promise<V>): Call<V> {
  const controller = new AbortController();
  const settled = start(controller.signal);
  settled.catch(() => undefined);
  return { settled, abort: () => controller.abort() };
}

/**
 * The model is two numbers. `accepted` counts sends that were let in or wait, `asked` the receives that were served or wait; what lies
 * between them is in the queue. The n-th that asked gets the n-th that was accepted. Who aborts while it waits takes itself out; who aborts
 * later changes nothing.
 */
class Model {
  readonly #queue;
  readonly #capacity: number;
  readonly #senders;
  readonly #receivers;
  readonly #open: boolean[] = [true];
  readonly #sentBy: number[] = [0];
  readonly #overflow: Overflow;
  #dropped = 0;
  readonly accepted: Item[] = [];
  readonly asked: Call<Item | typeof END>[] = [];
  /** Of each accepted item, the send that brought it if it did so by a promise. */
  readonly #sends = new Map<Item, Call<void>>();
  readonly sends: Promise<void>[] = [];
  readonly aborted: Promise<unknown>[] = [];

  constructor(capacity: number, overflow: Overflow = 'wait') {
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#queue = boundedQueue<Item>(capacity, { overflow });
    this.#senders = [this.#queue.sender];
    this.#receivers = [this.#queue.receiver];
  }

  get #between(): number {
    return this.accepted.length - this.asked.length;
  }

  /** A consumer that waits takes an item at once, whatever the capacity. */
  get #hasRoom(): boolean {
    return this.#between < 0 || this.#between < this.#capacity;
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
    if (kind === 'receive' && !(this.#closed && this.#between <= 0)) {
      this.asked.push(call((signal) => receiver.receive({ signal })));
    }
    if (kind === 'tryReceive') this.#tryReceive(receiver.tryReceive());
    if (kind === 'forkReceiver') this.#receivers.push(receiver.fork());
    if (kind === 'forkSender' && this.#open[producer]) {
      this.#senders.push(sender.fork());
      this.#open.push(true);
      this.#sentBy.push(0);
    }
    if (kind === 'close') this.#close(producer);
    if (kind === 'abortSend') this.#abortSend(of);
    if (kind === 'abortReceive') this.#abortReceive(of);
    this.#checkGauge();
  }

  #send(producer: number): void {
    if (!this.#open[producer]) return;
    const item = this.#item(producer);
    const send = call((signal) => this.#senders[producer]!.send(item, { signal }));
    this.sends.push(send.settled);
    if (this.#overflow === 'wait' || this.#hasRoom) {
      this.accepted.push(item);
      this.#sends.set(item, send);
    } else this.#drop(item);
  }

  /** A queue that drops has found no room. */
  #drop(item: Item): void {
    this.#dropped += 1;
    if (this.#overflow === 'dropNewest' || this.#capacity === 0) return;
    this.accepted.splice(this.asked.length, 1);
    this.accepted.push(item);
  }

  #abortSend(of: number): void {
    const at = of % Math.max(1, this.accepted.length);
    const item = this.accepted[at];
    const send = item && this.#sends.get(item);
    if (item === undefined || send === undefined) return;
    const waits = at >= this.asked.length + this.#capacity;
    send.abort();
    if (!waits) return;
    this.accepted.splice(at, 1);
    this.sends.splice(this.sends.indexOf(send.settled), 1);
    this.aborted.push(send.settled);
  }

  #abortReceive(of: number): void {
    const at = of % Math.max(1, this.asked.length);
    const receive = this.asked[at];
    if (receive === undefined) return;
    // Those that waited at the close have got END.
    const waits = !this.#closed && at >= this.accepted.length;
    receive.abort();
    if (!waits) return;
    this.asked.splice(at, 1);
    this.aborted.push(receive.settled);
  }

  #trySend(producer: number): void {
    const item = this.#item(producer);
    const whenFull = this.#overflow === 'wait' ? 'full' : 'sent';
    const hasRoom = this.#hasRoom;
    const expected = !this.#open[producer] ? 'closed' : hasRoom ? 'sent' : whenFull;
    expect(this.#senders[producer]!.trySend(item)).toBe(expected);
    if (expected !== 'sent') return;
    if (hasRoom) this.accepted.push(item);
    else this.#drop(item);
  }

  #tryReceive(received: Item | typeof NONE | typeof END): void {
    if (this.#between > 0) this.asked.push({ settled: Promise.resolve(received as Item), abort: () => undefined });
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
    expect(this.#queue.sender.dropped).toBe(this.#dropped);
  }

  async #checkAborted(): Promise<void> {
    for (const result of await Promise.allSettled(this.aborted)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    }
  }

  /** Closes everything and reads to the end: what was received, in the order of asking. */
  async finish(): Promise<Item[]> {
    for (const producer of this.#senders.keys()) this.#close(producer);
    const received: Item[] = [];
    for (const asked of this.asked) {
      const item = await asked.settled;
      if (item !== END) received.push(item);
    }
    for await (const item of this.#queue.receiver) received.push(item);
    for (const receiver of this.#receivers) expect(await receiver.receive()).toBe(END);
    await Promise.all(this.sends);
    await this.#checkAborted();
    return received;
  }

  /** Breaks it; everything that waits is let go. Gives what consumers had got by then. */
  async break(error: Error): Promise<Item[]> {
    this.#queue.receiver.cancel(error);
    const sends = await Promise.allSettled(this.sends);
    const asked = await Promise.allSettled(this.asked.map(({ settled }) => settled));
    await this.#checkAborted();
    for (const result of sends) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ERR_CLOSED' });
    for (const result of asked) if (result.status === 'rejected') expect(result.reason).toBe(error);
    return asked.flatMap((result) => (result.status === 'fulfilled' && result.value !== END ? [result.value] : []));
  }
}

const anyCapacity = fc.constantFrom(0, 1, 2, 4, 16, 1024);
const anyOverflow = fc.constantFrom<Overflow>('wait', 'dropOldest', 'dropNewest');
const steps = fc.array(step, { maxLength: 80 });

describe('any interleaving of producers and consumers', () => {
  test('Q2 Q5 Q10 Q11 Q12 nothing is lost that was not dropped, nothing comes twice, the order of sending is kept', async () => {
    await fc.assert(
      fc.asyncProperty(anyCapacity, anyOverflow, steps, async (capacity, overflow, script) => {
        const model = new Model(capacity, overflow);
        for (const each of script) model.act(each);
        expect(await model.finish()).toEqual(model.accepted);
      }),
      { numRuns: 300 },
    );
  });

  test('Q7 Q11 a cancel in the midst settles everything; what was received is the beginning of what was sent', async () => {
    const error = new Error('enough');
    await fc.assert(
      fc.asyncProperty(anyCapacity, anyOverflow, steps, async (capacity, overflow, script) => {
        const model = new Model(capacity, overflow);
        for (const each of script) model.act(each);
        const received = await model.break(error);
        expect(received).toEqual(model.accepted.slice(0, received.length));
      }),
      { numRuns: 200 },
    );
  });
});
