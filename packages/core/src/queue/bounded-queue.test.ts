import { describe, expect, test } from '@jest/globals';
import { ClosedError } from '@millrace/workers';
import { OverflowError, PlanError } from '../errors.js';
import { fateOf, fill, rest } from './bounded-queue.fixture.js';
import { boundedQueue, type QueueOptions } from './bounded-queue.js';
import { END, NONE } from './sentinels.js';

describe.each([0, 1, 2, 4, 16, 1024])('a queue of capacity %i', (capacity) => {
  const queue = () => boundedQueue<number>(capacity);

  test('Q1 takes as many items as its capacity without a consumer', () => {
    const { sender, receiver } = queue();
    expect(fill(sender)).toBe(capacity);
    expect(sender.trySend(-1)).toBe('full');
    for (const half of [sender, receiver]) {
      expect(half.capacity).toBe(capacity);
      expect(half.length).toBe(capacity);
      expect(half.peak).toBe(capacity);
    }
  });

  test('Q1 send waits while it is full and goes on when an item is taken', async () => {
    const { sender, receiver } = queue();
    fill(sender);
    const waiting = sender.send(99);
    expect(await fateOf(waiting)).toBe('waiting');
    await receiver.receive();
    expect(await fateOf(waiting)).toBe('resolved');
    expect(receiver.peak).toBe(capacity);
  });

  test('Q2 waiting senders are served first come, first served, and trySend does not overtake them', async () => {
    const { sender, receiver } = queue();
    const filled = fill(sender);
    const order: string[] = [];
    const other = sender.fork();
    const sends = [
      sender.send(100).then(() => order.push('first')),
      other.send(101).then(() => order.push('second')),
      sender.send(102).then(() => order.push('third')),
    ];
    expect(sender.trySend(103)).toBe('full');
    for (let i = 0; i < filled; i += 1) expect(await receiver.receive()).toBe(i);
    expect([await receiver.receive(), await receiver.receive(), await receiver.receive()]).toEqual([100, 101, 102]);
    await Promise.all(sends);
    expect(order).toEqual(['first', 'second', 'third']);
  });

  test('Q2 waiting consumers are served first come, first served', async () => {
    const { sender, receiver } = queue();
    const other = receiver.fork();
    const received = [receiver.receive(), other.receive(), receiver.receive()];
    for (const item of [1, 2, 3]) expect(sender.trySend(item)).toBe('sent');
    expect(await Promise.all(received)).toEqual([1, 2, 3]);
    expect(receiver.peak).toBe(0);
  });

  test('Q10 each item goes to one consumer', async () => {
    const { sender, receiver } = queue();
    const consumers = [receiver, receiver.fork(), receiver.fork()].map(rest);
    for (let i = 0; i < 50; i += 1) await sender.send(i);
    sender.close();
    const received = (await Promise.all(consumers)).flat() as number[];
    expect(received.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test('Q4 END comes through a full queue, after what is queued and what waits, to every consumer', async () => {
    const { sender, receiver } = queue();
    const filled = fill(sender);
    const waiting = sender.send(filled);
    sender.close();
    const other = receiver.fork();
    expect(await rest(receiver)).toEqual(Array.from({ length: filled + 1 }, (_, i) => i));
    await waiting;
    expect(await other.receive()).toBe(END);
    expect(receiver.tryReceive()).toBe(END);
    expect(await receiver.fork().receive()).toBe(END);
  });

  test('Q4 END releases every consumer that waits', async () => {
    const { sender, receiver } = queue();
    const waiting = [receiver.receive(), receiver.fork().receive(), receiver.receive()];
    sender.close();
    expect(await Promise.all(waiting)).toEqual([END, END, END]);
  });

  test('Q5 a close stands for one producer: a second close of it is ignored', async () => {
    const { sender, receiver } = queue();
    const other = sender.fork();
    sender.close();
    sender.close();
    const waiting = receiver.receive();
    expect(await fateOf(waiting)).toBe('waiting');
    expect(sender.trySend(1)).toBe('closed');
    await expect(sender.send(1)).rejects.toThrow(ClosedError);
    expect(() => sender.fork()).toThrow(ClosedError);
    expect(other.trySend(2)).toBe('sent');
    expect(await waiting).toBe(2);
    other.close();
    expect(await receiver.receive()).toBe(END);
  });

  test('Q6 fail overtakes what is queued and releases every waiter', async () => {
    const { sender, receiver } = queue();
    const error = new Error('broken');
    fill(sender);
    const waiting = sender.send(1);
    sender.fail(error);
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_CLOSED', cause: error });
    await expect(receiver.receive()).rejects.toBe(error);
    expect(() => receiver.tryReceive()).toThrow(error);
    await expect(rest(receiver.fork())).rejects.toBe(error);
    expect(sender.trySend(1)).toBe('closed');
    expect(sender.length).toBe(0);
  });

  test('Q6 fail releases the consumers that wait', async () => {
    const { sender, receiver } = queue();
    const error = new Error('broken');
    const waiting = [receiver.receive(), receiver.fork().receive()];
    sender.fail(error);
    for (const each of waiting) await expect(each).rejects.toBe(error);
  });

  test.each(['sender', 'receiver'] as const)('Q7 cancel of the %s releases every waiter', async (half) => {
    const reason = new Error('no more');
    const full = queue();
    fill(full.sender);
    const sends = [full.sender.send(1), full.sender.fork().send(2)];
    full[half].cancel(reason);
    for (const each of sends) await expect(each).rejects.toMatchObject({ code: 'ERR_CLOSED', cause: reason });
    await expect(full.receiver.receive()).rejects.toBe(reason);

    const empty = queue();
    const receives = [empty.receiver.receive(), empty.receiver.fork().receive()];
    empty[half].cancel(reason);
    for (const each of receives) await expect(each).rejects.toBe(reason);
    await expect(empty.sender.send(1)).rejects.toMatchObject({ cause: reason });
  });

  test('cancel without a reason gives a ClosedError', async () => {
    const { sender, receiver } = queue();
    receiver.cancel();
    await expect(receiver.receive()).rejects.toThrow(ClosedError);
    expect(sender.trySend(1)).toBe('closed');
  });

  test('Q8 the first terminal wins', async () => {
    const first = new Error('first');
    const failed = queue();
    failed.sender.fail(first);
    failed.sender.fail(new Error('second'));
    failed.receiver.cancel(new Error('third'));
    failed.sender.close();
    await expect(failed.receiver.receive()).rejects.toBe(first);

    const cancelled = queue();
    cancelled.receiver.cancel(first);
    cancelled.sender.fail(new Error('second'));
    await expect(cancelled.receiver.receive()).rejects.toBe(first);

    const closed = queue();
    closed.sender.close();
    closed.sender.fail(new Error('second'));
    closed.receiver.cancel(new Error('third'));
    expect(await closed.receiver.receive()).toBe(END);
  });

  test('a fail after the close does not take what is queued; a cancel does, for nobody else would release it', async () => {
    const failed = queue();
    const waiting = failed.sender.send(1);
    const more = failed.sender.send(2);
    failed.sender.close();
    failed.sender.fail(new Error('late'));
    expect(await rest(failed.receiver)).toEqual([1, 2]);
    await Promise.all([waiting, more]);

    const cancelled = queue();
    fill(cancelled.sender);
    const stuck = cancelled.sender.send(1);
    cancelled.sender.close();
    cancelled.receiver.cancel(new Error('leaving'));
    await expect(stuck).rejects.toThrow(ClosedError);
    await expect(cancelled.receiver.receive()).rejects.toThrow('leaving');
  });

  test('Q3 what looks empty or like a sentinel is an ordinary item', async () => {
    const { sender, receiver } = boundedQueue<unknown>(capacity);
    const items = [null, undefined, 0, -0, '', Number.NaN, false, {}, [], Symbol('millrace.END'), Symbol.for('millrace.NONE')];
    const received = rest(receiver);
    for (const item of items) await sender.send(item);
    sender.close();
    expect(await received).toEqual(items);
  });

  test('Q10 items of several producers come in the order of their sends, and END after the last has closed', async () => {
    const { sender, receiver } = queue();
    const senders = [sender, sender.fork(), sender.fork()];
    const received = rest(receiver);
    const sends = senders.map(async (each, producer) => {
      for (let i = 0; i < 20; i += 1) await each.send(producer * 100 + i);
      each.close();
    });
    await Promise.all(sends);
    const items = (await received) as number[];
    for (const producer of [0, 1, 2]) {
      const own = items.filter((item) => Math.floor(item / 100) === producer);
      expect(own).toEqual(Array.from({ length: 20 }, (_, i) => producer * 100 + i));
    }
    expect(items).toHaveLength(60);
  });

  test('an async iteration may be left and taken up again', async () => {
    const { sender, receiver } = queue();
    const sends = [1, 2, 3].map((item) => sender.send(item));
    for await (const item of receiver) {
      expect(item).toBe(1);
      break;
    }
    sender.close();
    expect(await rest(receiver)).toEqual([2, 3]);
    await Promise.all(sends);
  });
});

describe('boundedQueue', () => {
  test('Q3 END and NONE are refused as items by both ways to send', () => {
    const { sender } = boundedQueue<unknown>(1);
    for (const sentinel of [END, NONE]) {
      expect(() => sender.trySend(sentinel)).toThrow(TypeError);
      expect(() => sender.send(sentinel)).toThrow(TypeError);
    }
    expect(sender.length).toBe(0);
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '4', null, undefined])(
    'a capacity of %p is refused',
    (capacity) => {
      expect(() => boundedQueue(capacity as number)).toThrow(RangeError);
    },
  );

  test('Q9 in a rendezvous a send resolves when a consumer takes the item, never before', async () => {
    const { sender, receiver } = boundedQueue<string>(0);
    expect(sender.trySend('x')).toBe('full');
    const sent = sender.send('a');
    expect(await fateOf(sent)).toBe('waiting');
    expect(receiver.tryReceive()).toBe('a');
    expect(await fateOf(sent)).toBe('resolved');
    expect(receiver.tryReceive()).toBe(NONE);
    expect(receiver.peak).toBe(0);
  });

  test.each(['dropOldest', 'dropNewest'] as const)(
    'Q12 with %s a send never waits, and what is dropped is counted',
    async (overflow) => {
      const { sender, receiver } = boundedQueue<number>(2, { overflow });
      for (let i = 0; i < 5; i += 1) expect(await fateOf(sender.send(i))).toBe('resolved');
      expect([sender.dropped, receiver.dropped, receiver.length]).toEqual([3, 3, 2]);
      sender.close();
      expect(await rest(receiver)).toEqual(overflow === 'dropOldest' ? [3, 4] : [0, 1]);
    },
  );

  test.each(['dropOldest', 'dropNewest'] as const)(
    'Q12 with %s and no capacity, what no consumer waits for is dropped',
    async (overflow) => {
      const { sender, receiver } = boundedQueue<number>(0, { overflow });
      expect(sender.trySend(1)).toBe('sent');
      const waiting = receiver.receive();
      expect(sender.trySend(2)).toBe('sent');
      expect(await waiting).toBe(2);
      expect(sender.dropped).toBe(1);
    },
  );

  test('Q12 with fail an item without room ends the queue by an OverflowError that overtakes what is queued', async () => {
    const { sender, receiver } = boundedQueue<number>(1, { overflow: 'fail' });
    await sender.send(1);
    const overflow = { code: 'ERR_OVERFLOW', capacity: 1, message: expect.stringContaining('1 items wait') };
    await expect(sender.send(2)).rejects.toMatchObject(overflow);
    await expect(sender.send(3)).rejects.toMatchObject({ code: 'ERR_CLOSED', cause: overflow });
    await expect(receiver.receive()).rejects.toBeInstanceOf(OverflowError);
    expect(receiver.length).toBe(0);
  });

  test('what is no option or no policy is refused', () => {
    expect(() => boundedQueue(1, { overflow: undefined })).not.toThrow();
    for (const [options, text] of [
      [{ overflow: 'drop' }, 'option "overflow" must be "wait" or "fail" or "dropOldest" or "dropNewest", got "drop"'],
      [{ overflow: 1 }, 'got number'],
      [{ capacity: 1 }, 'unknown option "capacity"; allowed here: overflow'],
      [null, 'options must be an object { overflow }, got null'],
      ['fail', 'options must be an object { overflow }, got string'],
    ] as const) {
      expect(() => boundedQueue(1, options as QueueOptions)).toThrow(PlanError);
      expect(() => boundedQueue(1, options as QueueOptions)).toThrow(text);
    }
  });
});
