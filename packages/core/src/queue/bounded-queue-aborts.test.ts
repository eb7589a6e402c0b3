import { describe, expect, test } from '@jest/globals';
import { fateOf, fill } from './bounded-queue.fixture.js';
import { boundedQueue } from './bounded-queue.js';
import { NONE } from './sentinels.js';

describe.each([0, 1, 2, 4, 16, 1024])('a queue of capacity %i', (capacity) => {
  const queue = () => boundedQueue<number>(capacity);

  test('Q11 a waiting sender that aborts is taken out: it rejects with the reason, those behind it keep their order', async () => {
    const { sender, receiver } = queue();
    const filled = fill(sender);
    const leaving = new AbortController();
    const first = sender.send(100);
    const second = sender.send(101, { signal: leaving.signal });
    const third = sender.fork().send(102);
    const reason = new Error('leaving');
    leaving.abort(reason);
    await expect(second).rejects.toBe(reason);
    expect([await fateOf(first), await fateOf(third)]).toEqual(['waiting', 'waiting']);
    sender.close();
    for (let i = 0; i < filled; i += 1) expect(await receiver.receive()).toBe(i);
    expect([await receiver.receive(), await receiver.receive()]).toEqual([100, 102]);
    await Promise.all([first, third]);
  });

  test('Q11 the first, the last and the only waiting sender may abort as well', async () => {
    for (const leaves of [[0], [2], [0, 1, 2], [0, 2]]) {
      const { sender, receiver } = queue();
      const filled = fill(sender);
      const controllers = [0, 1, 2].map(() => new AbortController());
      const sends = controllers.map(({ signal }, i) => sender.send(100 + i, { signal }));
      const fates = Promise.allSettled(sends);
      for (const each of leaves) controllers[each]!.abort();
      const stay = [0, 1, 2].filter((each) => !leaves.includes(each)).map((each) => 100 + each);
      for (let i = 0; i < filled; i += 1) expect(receiver.tryReceive()).toBe(i);
      for (const item of stay) expect(receiver.tryReceive()).toBe(item);
      expect(receiver.tryReceive()).toBe(NONE);
      expect((await fates).map(({ status }) => status)).toEqual(
        [0, 1, 2].map((each) => (leaves.includes(each) ? 'rejected' : 'fulfilled')),
      );
    }
  });

  test('Q11 a consumer that aborts loses no item: the one behind it gets it', async () => {
    const { sender, receiver } = queue();
    const leaving = new AbortController();
    const first = receiver.receive({ signal: leaving.signal });
    const second = receiver.receive();
    leaving.abort(new Error('leaving'));
    await expect(first).rejects.toThrow('leaving');
    expect(sender.trySend(1)).toBe('sent');
    expect(await second).toBe(1);
  });

  test('Q11 an abort after the item was handed over changes nothing', async () => {
    const { sender, receiver } = queue();
    const leaving = new AbortController();
    const received = receiver.receive({ signal: leaving.signal });
    sender.trySend(1);
    leaving.abort();
    expect(await received).toBe(1);
    fill(sender);
    const sent = sender.send(2, { signal: leaving.signal });
    await expect(sent).rejects.toBe(leaving.signal.reason);
    if (capacity > 0) expect(receiver.tryReceive()).toBe(0);
  });

  test('Q11 a signal that has aborted before takes part in nothing', async () => {
    const { sender, receiver } = queue();
    const signal = AbortSignal.abort(new Error('over'));
    await expect(sender.send(1, { signal })).rejects.toThrow('over');
    expect(receiver.length).toBe(0);
    if (capacity > 0) sender.trySend(2);
    await expect(receiver.receive({ signal })).rejects.toThrow('over');
    expect(receiver.length).toBe(Math.min(1, capacity));
  });
});

describe('boundedQueue', () => {
  test('Q11 nothing is left of waiters that come and go: not in the queue, and no listener on their signal', async () => {
    const { sender, receiver } = boundedQueue<number>(1);
    const { signal, listeners } = countedSignal();
    for (let i = 0; i < 100; i += 1) {
      const waiting = receiver.receive({ signal });
      sender.trySend(i);
      expect(await waiting).toBe(i);
    }
    expect(listeners()).toBe(0);
    const together = Array.from({ length: 100 }, () => receiver.receive({ signal }));
    expect(listeners()).toBe(1);
    for (let i = 0; i < 100; i += 1) await sender.send(i);
    expect(await Promise.all(together)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(listeners()).toBe(0);
    const leaving = new AbortController();
    sender.trySend(0);
    const sends = Array.from({ length: 100 }, (_, i) => sender.send(i, { signal: leaving.signal }));
    leaving.abort();
    for (const { status } of await Promise.allSettled(sends)) expect(status).toBe('rejected');
    expect(receiver.tryReceive()).toBe(0);
    expect(receiver.tryReceive()).toBe(NONE);
  });
});

/** A signal that tells how many listen to it. */
function countedSignal(): { signal: AbortSignal; listeners: () => number } {
  const { signal } = new AbortController();
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    count += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    count -= 1;
    removeEventListener.apply(signal, args);
  };
  return { signal, listeners: () => count };
}
