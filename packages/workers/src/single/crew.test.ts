import { expect, test } from '@jest/globals';
import { type Connection, pipe, processQueue, spawnProcess, spawnThread } from '@millrace/workers';
import * as tasks from './tasks.fixture.js';

test('several producers and consumers, threads and processes: each item is got once, and close ends them all', async () => {
  const queue = processQueue<number>({ capacity: 3 });
  const consumers = [spawnThread('c1', tasks.consume, queue), spawnProcess('c2', tasks.consume, queue)];
  const producers = [spawnThread('p1', tasks.produce, [queue, 0, 100]), spawnProcess('p2', tasks.produce, [queue, 100, 200])];
  const own: number[] = [];
  const consuming = (async () => {
    for await (const item of queue) {
      own.push(item);
      queue.taskDone();
    }
  })();
  expect(await Promise.all(producers.map(({ result }) => result))).toEqual(['thread', 'process']);
  expect(await queue.size()).toBeLessThanOrEqual(3);
  await queue.join();
  queue.close();
  await consuming;
  const got = [own, ...(await Promise.all(consumers.map(({ result }) => result)))];
  expect(got.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, item) => item));
  // Of one producer each consumer gets the items in their order.
  for (const items of got) {
    for (const half of [items.filter((item) => item < 100), items.filter((item) => item >= 100)]) {
      expect(half).toEqual([...half].sort((a, b) => a - b));
    }
  }
  await expect(queue.put(1)).rejects.toThrow('the queue is closed');
  await Promise.all([...consumers, ...producers].map((worker) => worker.join()));
});

test('two workers talk by a pipe, of which the program holds no end', async () => {
  const [one, other] = pipe<string>();
  const echo = spawnThread('echo', tasks.echo, one as Connection<unknown, unknown>);
  const talker = spawnProcess('talker', tasks.obey, { end: other });
  expect(await talker.result).toBe('here');
  expect(await echo.result).toBe(1);
  await Promise.all([echo.join(), talker.join()]);
});

test('a worker hands what it was given on to workers of its own', async () => {
  const [here, there] = pipe<unknown>();
  const queue = processQueue<number>();
  const worker = spawnProcess('outer', tasks.handOn, { end: there, queue });
  await here.send('far');
  expect(await here.recv()).toBe('far');
  await queue.put(1);
  await queue.join();
  here.close();
  queue.close();
  expect(await worker.result).toEqual({ echoed: 1, word: 'counted', got: [1] });
  await worker.join();
});
