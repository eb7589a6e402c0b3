import { expect, test } from '@jest/globals';
import { ClosedError, pipe } from '@millrace/workers';
import { FarSide } from './far.fixture.js';
import { lending } from './lending.js';
import { PipeEnd } from './pipe.js';
import { HomeStore } from './store.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('both ends may stay in one thread', async () => {
  const [a, b] = pipe<number, string>();
  await a.send(1);
  await b.send('one');
  expect(await b.recv()).toBe(1);
  expect(await a.recv()).toBe('one');
});

test('send waits while the pipe is full, each way by itself', async () => {
  const [a, b] = pipe<number>({ capacity: 1 });
  const sent: string[] = [];
  for (const item of [1, 2]) void a.send(item).then(() => sent.push(`a${item}`));
  void b.send(3).then(() => sent.push('b3'));
  await turn();
  expect(sent).toEqual(['a1', 'b3']);
  expect(await b.recv()).toBe(1);
  await turn();
  expect(sent).toEqual(['a1', 'b3', 'a2']);
});

test('poll tells whether recv would wait; the end counts', async () => {
  const [a, b] = pipe<number>();
  expect(await b.poll()).toBe(false);
  expect(await b.poll(1)).toBe(false);
  const waiting = b.poll(2 ** 31);
  await a.send(1);
  expect(await waiting).toBe(true);
  expect(await b.poll()).toBe(true);
  expect(await b.recv()).toBe(1);
  expect(await b.poll()).toBe(false);
  a.close();
  expect(await b.poll()).toBe(true);
});

test('a closed end says so, and the other one receives what was sent before', async () => {
  const [a, b] = pipe<number>();
  await a.send(1);
  await b.send(2);
  const receiving = a.recv();
  expect(await receiving).toBe(2);
  const waiting = a.recv();
  a.close();
  a.close();
  await expect(waiting).rejects.toThrow('this end of the pipe is closed');
  await expect(a.send(3)).rejects.toThrow('this end of the pipe is closed');
  await expect(a.recv()).rejects.toThrow(ClosedError);
  await expect(b.send(4)).rejects.toThrow('the other end of the pipe is closed: nobody will receive it');
  const received: number[] = [];
  for await (const item of b) received.push(item);
  expect(received).toEqual([1]);
  await expect(b.recv()).rejects.toThrow('the other end of the pipe is closed: nothing more comes');
});

test('a send that waits for room ends with the other end', async () => {
  const [a, b] = pipe<number>({ capacity: 1 });
  await a.send(1);
  const waiting = a.send(2);
  b.close();
  await expect(waiting).rejects.toThrow(ClosedError);
});

test('an iteration ends with an error when its end is given to a worker: what is left is for that', async () => {
  const [there, back] = [new HomeStore(3), new HomeStore(3)];
  const [near, far] = [new PipeEnd<number, number>(there, back), new PipeEnd<number, number>(back, there)];
  for (const value of [1, 2, 3]) await near.send(value);
  const got: number[] = [];
  const read = async (): Promise<void> => {
    for await (const value of far) {
      got.push(value);
      if (value === 1) far[lending].give('reader');
    }
  };
  await expect(read()).rejects.toThrow('this end of the pipe was given to the worker "reader"');
  expect(got).toEqual([1]);
  expect(await new PipeEnd<number, number>(back, there).recv()).toBe(2);
});

test('a recv that is given up takes nothing', async () => {
  const [a, b] = pipe<number>();
  const aborter = new AbortController();
  const receiving = b.recv({ signal: aborter.signal });
  aborter.abort(new RangeError('enough'));
  await expect(receiving).rejects.toThrow('enough');
  await a.send(1);
  expect(await b.recv()).toBe(1);
});

test('an end in a worker sends, receives, polls and closes the same', async () => {
  const [there, back] = [new HomeStore(1), new HomeStore(1)];
  const near = new PipeEnd<string, string>(there, back);
  const [out, incoming] = [new FarSide(back), new FarSide(there)];
  const far = new PipeEnd<string, string>(out.store, incoming.store);
  const all = async <T>(promise: Promise<T>): Promise<T> => {
    // A promise that is awaited needs the wire, and may need it again.
    let settled = false;
    const done = promise.finally(() => {
      settled = true;
    });
    done.catch(() => {});
    while (!settled) {
      await out.settle();
      await incoming.settle();
    }
    return done;
  };
  expect(await all(far.poll())).toBe(false);
  await near.send('to the worker');
  expect(await all(far.poll())).toBe(true);
  expect(await all(far.recv())).toBe('to the worker');
  await all(far.send('from the worker'));
  expect(await near.recv()).toBe('from the worker');
  await expect(all(far.send((() => {}) as never))).rejects.toMatchObject({ code: 'ERR_CLONE', path: 'value' });
  near.close();
  await expect(all(far.recv())).rejects.toThrow('the other end of the pipe is closed: nothing more comes');
  await expect(all(far.send('more'))).rejects.toThrow('the other end of the pipe is closed: nobody will receive it');
});
