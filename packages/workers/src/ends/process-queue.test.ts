import { describe, expect, test } from '@jest/globals';
import { CloneError, ClosedError, pipe, processQueue } from '@millrace/workers';
import { WorkerDeathError } from '../errors.js';
import { FarSide } from './far.fixture.js';
import { QueueEnd } from './process-queue.js';
import { HomeStore } from './store.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Notes when a promise settles. */
function watched<T>(promise: Promise<T>): { state: 'pending' | 'fulfilled' | 'rejected'; value?: T } {
  const seen: { state: 'pending' | 'fulfilled' | 'rejected'; value?: T } = { state: 'pending' };
  promise.then(
    (value) => Object.assign(seen, { state: 'fulfilled', value }),
    () => Object.assign(seen, { state: 'rejected' }),
  );
  return seen;
}

test('put waits while the queue is full', async () => {
  const queue = processQueue<number>({ capacity: 2 });
  const puts = [1, 2, 3, 4].map((item) => watched(queue.put(item)));
  await turn();
  expect(puts.map(({ state }) => state)).toEqual(['fulfilled', 'fulfilled', 'pending', 'pending']);
  expect(await queue.size()).toBe(2);
  expect(await queue.get()).toBe(1);
  await turn();
  expect(puts.map(({ state }) => state)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'pending']);
});

test('those who wait get the items in the order in which they came', async () => {
  const queue = processQueue<string>();
  const gets = [queue.get(), queue.get()];
  await queue.put('a');
  await queue.put('b');
  expect(await Promise.all(gets)).toEqual(['a', 'b']);
});

test.each([
  [{ timeoutMs: 100 }, 'is limited by a signal, as { signal: AbortSignal.timeout(100) }, got "timeoutMs"'],
  [100, 'is limited by a signal, as { signal: AbortSignal.timeout(100) }, got 100'],
  [{ signal: 5 }, 'signal must be an AbortSignal, got 5'],
])('a wait limited by %j is refused, instead of one for ever', async (limits, message) => {
  const queue = processQueue<number>();
  const [here] = pipe();
  // From JavaScript anything may come.
  const wrong = limits as object;
  await queue.put(1);
  for (const wait of [() => queue.get(wrong), () => queue.join(wrong), () => here.recv(wrong)])
    await expect(wait()).rejects.toThrow(message);
  expect(await queue.get()).toBe(1);
});

test('an item is a copy, and what cannot be copied is refused', async () => {
  const queue = processQueue<{ list: unknown[] }>();
  const item = { list: [1] };
  await queue.put(item);
  item.list.push(2);
  expect(await queue.get()).toEqual({ list: [1] });
  const refused = queue.put({ list: [() => {}] });
  await expect(refused).rejects.toBeInstanceOf(CloneError);
  await expect(refused).rejects.toMatchObject({ path: 'value.list[0]' });
});

test('close lets what is there and what waits for room be got, then ends', async () => {
  const queue = processQueue<number>({ capacity: 1 });
  const puts = [watched(queue.put(1)), watched(queue.put(2))];
  queue.close();
  await expect(queue.put(3)).rejects.toThrow(ClosedError);
  const got: number[] = [];
  for await (const item of queue) got.push(item);
  expect(got).toEqual([1, 2]);
  expect(puts.map(({ state }) => state)).toEqual(['fulfilled', 'fulfilled']);
  await expect(queue.get()).rejects.toThrow('the queue is closed, and nothing is left in it');
});

test('close ends those who wait', async () => {
  const queue = processQueue<number>();
  const get = queue.get();
  queue.close();
  await expect(get).rejects.toThrow(ClosedError);
});

test('a get that is given up takes no item', async () => {
  const queue = processQueue<number>();
  const aborter = new AbortController();
  const get = queue.get({ signal: aborter.signal });
  aborter.abort(new RangeError('enough'));
  await expect(get).rejects.toThrow('enough');
  await queue.put(1);
  await expect(queue.get({ signal: aborter.signal })).rejects.toThrow('enough');
  expect(await queue.get()).toBe(1);
});

test('join waits until each item is finished', async () => {
  const queue = processQueue<number>();
  await queue.join();
  await queue.put(1);
  await queue.put(2);
  const joined = watched(queue.join());
  await queue.get();
  queue.taskDone();
  await queue.get();
  await turn();
  expect(joined.state).toBe('pending');
  queue.taskDone();
  await turn();
  expect(joined.state).toBe('fulfilled');
  expect(() => queue.taskDone()).toThrow(RangeError);
});

test('a capacity that is none is refused', () => {
  expect(() => processQueue({ capacity: 0 })).toThrow(
    new RangeError('processQueue: option "capacity" must be an integer ≥ 1, got 0'),
  );
  expect(() => processQueue({ capacity: '1' as never })).toThrow(TypeError);
});

describe('a worker that ends', () => {
  const death = new WorkerDeathError('gone', { exitCode: 9 });

  test('gives back what it had not received, in order, before what lies there', async () => {
    const home = new HomeStore(10);
    const queue = new QueueEnd<number>(home);
    const far = new FarSide(home);
    const remote = new QueueEnd<number>(far.store);
    const gets = [1, 2, 3].map(() => watched(remote.get()));
    far.ask();
    for (const item of [1, 2, 3, 4]) await queue.put(item);
    // The answers are on the wire, and one consumer waits here.
    far.served.end(death);
    const got: number[] = [];
    queue.close();
    for await (const item of queue) {
      got.push(item);
      queue.taskDone();
    }
    expect(got).toEqual([1, 2, 3, 4]);
    expect(gets.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
    // It had received nothing: nothing is lost.
    await queue.join();
  });

  test('may give back an item of a closed queue: who waits is told the end when that is settled', async () => {
    for (const arrives of [false, true]) {
      const home = new HomeStore(10);
      const queue = new QueueEnd<number>(home);
      const far = new FarSide(home);
      const remote = new QueueEnd<number>(far.store);
      const there = watched(remote.get());
      far.ask();
      await queue.put(1);
      queue.close();
      const got: number[] = [];
      const here = (async () => {
        for await (const item of queue) {
          got.push(item);
          queue.taskDone();
        }
      })();
      const seen = watched(here);
      await turn();
      expect(seen.state).toBe('pending');
      if (arrives) {
        await far.settle();
        remote.taskDone();
        await far.settle();
      } else far.served.end(death);
      await here;
      expect([got, there.value]).toEqual(arrives ? [[], 1] : [[1], undefined]);
      await queue.join();
    }
  });

  test('is the loss of what it had received and not finished, which one join is told', async () => {
    const home = new HomeStore(10);
    const queue = new QueueEnd<number>(home);
    const far = new FarSide(home, 'gone');
    const remote = new QueueEnd<number>(far.store);
    for (const item of [1, 2, 3]) await queue.put(item);
    const gets = [1, 2, 3].map(() => watched(remote.get()));
    await far.settle();
    expect(gets.map(({ value }) => value)).toEqual([1, 2, 3]);
    remote.taskDone();
    await far.settle();
    const joined = queue.join();
    far.served.end(death);
    await expect(joined).rejects.toMatchObject({
      code: 'ERR_WORKER_DEATH',
      exitCode: 9,
      message: 'the worker "gone" has ended with 2 items of the queue that it had got, and not called taskDone() for',
    });
    await queue.join();
  });

  test('waits no longer: the next item is for others', async () => {
    const home = new HomeStore(1);
    const queue = new QueueEnd<number>(home);
    const far = new FarSide(home);
    watched(new QueueEnd<number>(far.store).get());
    far.ask();
    far.served.end(undefined);
    const get = queue.get();
    await queue.put(1);
    expect(await get).toBe(1);
  });
});

test('a get that a worker gives up while its item is on the way loses nothing', async () => {
  const home = new HomeStore(1);
  const queue = new QueueEnd<number>(home);
  const far = new FarSide(home);
  const aborter = new AbortController();
  const get = watched(new QueueEnd<number>(far.store).get({ signal: aborter.signal }));
  far.ask();
  await queue.put(1);
  aborter.abort();
  await far.settle();
  expect(get.state).toBe('rejected');
  expect(await queue.get()).toBe(1);
});

test('a loop that is left while it waits takes nothing more, and one signal may be given to many waits without a warning', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', note);
  const queue = processQueue<number>();
  const reading = queue[Symbol.asyncIterator]();
  const next = reading.next();
  expect(await reading.return?.()).toEqual({ done: true, value: undefined });
  expect(await next).toEqual({ done: true, value: undefined });
  const aborter = new AbortController();
  const waits = Array.from({ length: 20 }, () => watched(queue.get({ signal: aborter.signal })));
  aborter.abort();
  await turn();
  expect(new Set(waits.map(({ state }) => state))).toEqual(new Set(['rejected']));
  await queue.put(1);
  expect(await queue.get()).toBe(1);
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
