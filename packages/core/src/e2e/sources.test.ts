import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { CancelledError, flow, PlanError, type Source, StageError } from '@millrace/core';
import { take } from 'rxjs';
import { gate, local, never, rejection, until, upTo } from './kit.fixture.js';
import { readsFlows } from './sources.fixture.js';

describe('sources of every kind', () => {
  const kinds = {
    'an array': () => upTo(5),
    'a Set': () => new Set(upTo(5)),
    'a generator': () => upTo(5)[Symbol.iterator](),
    'an async generator': async function* () {
      yield* upTo(5);
    },
    'a Node Readable': () => Readable.from(upTo(5)),
    'a ReadableStream': () =>
      new ReadableStream<number>({
        start: (controller) => {
          for (const n of upTo(5)) controller.enqueue(n);
          controller.close();
        },
      }),
    'a promise of an array': async () => upTo(5),
  };

  test.each(Object.entries(kinds))('%s is read to its end', async (_, make) => {
    expect(await flow<number>(make).toArray()).toEqual(upTo(5));
  });

  test('an idle Node Readable is destroyed by a cancel, and not waited for', async () => {
    const idle = new Readable({ objectMode: true, read: () => undefined });
    const run = local(() => flow<number>(() => idle)).start(undefined, { graceMs: 60_000 });
    await until(() => run.snapshot().state === 'running');
    run.cancel();
    expect(await rejection(run.finished)).toBeInstanceOf(CancelledError);
    expect(idle.destroyed).toBe(true);
  });

  test('an idle ReadableStream is cancelled, and not waited for', async () => {
    let cancelled = 0;
    const idle = new ReadableStream<number>({
      cancel: () => {
        cancelled += 1;
      },
    });
    const run = local(() => flow<number>(() => idle)).start(undefined, { graceMs: 60_000 });
    await until(() => run.snapshot().state === 'running');
    run.cancel();
    expect(await rejection(run.finished)).toBeInstanceOf(CancelledError);
    expect(cancelled).toBe(1);
  });

  test('a generator that waits in next() for ever is not waited for', async () => {
    const run = local(() =>
      flow(async function* () {
        yield 1;
        await never();
      }),
    ).start(undefined, { graceMs: 60_000 });
    await until(() => run.snapshot().delivered === 1);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED', cause: 'enough' });
  });

  test('the items before the throw of a generator are delivered first', async () => {
    const delivered: number[] = [];
    const broken = flow(function* () {
      yield* upTo(5);
      throw new RangeError('no more');
    });
    const error = await rejection(
      (async () => {
        for await (const n of broken) delivered.push(n);
      })(),
    );
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'source', cause: { message: 'no more' }, report: { read: 5 } });
    expect(delivered).toEqual(upTo(delivered.length));
  });

  test('a generator that cancels its own run is told to return when it yields', async () => {
    let returned = 0;
    const own = local(() =>
      flow(function* () {
        try {
          run.cancel('enough');
          yield 1;
          yield 2;
        } finally {
          returned += 1;
        }
      }),
    );
    const run = own.start();
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED', cause: 'enough' });
    expect(returned).toBe(1);
  });

  test('an early stop returns the source', async () => {
    let returned = 0;
    const source = function* () {
      try {
        for (let i = 0; ; i += 1) yield i;
      } finally {
        returned += 1;
      }
    };
    expect(await flow(source).pipe(take(3)).toArray()).toEqual([0, 1, 2]);
    expect(returned).toBe(1);
  });

  test('a generator object that a run has read is refused for another', async () => {
    const once = flow(upTo(3)[Symbol.iterator]());
    expect(await once.toArray()).toEqual(upTo(3));
    const error = await rejection(once.toArray());
    expect(error).toBeInstanceOf(PlanError);
    expect((error as Error).message).toContain('read once only');
  });

  test('a Node Readable that fails and is never read ends nothing but itself', async () => {
    const absent = createReadStream('/no/such/file');
    expect(
      await flow<unknown>(() => absent)
        .pipe(take(0))
        .toArray(),
    ).toEqual([]);
    await until(() => absent.destroyed && absent.errored !== null);
  });

  test('a sink in the place of a source is refused, and its promise is taken', async () => {
    const sink = { name: 'out', open: async () => Promise.reject(new Error('opened')) };
    const error = await rejection(flow(sink as unknown as Source<number>).toArray());
    expect(error).toBeInstanceOf(PlanError);
    expect((error as Error).message).toContain('is it a sink?');
  });

  test('a drain does not wait for a source that is still opening, and closes it when it comes', async () => {
    const opening = gate();
    let returned = 0;
    const late = {
      [Symbol.asyncIterator]: () => ({
        next: never,
        return: async () => {
          returned += 1;
          return { done: true as const, value: undefined };
        },
      }),
    };
    const run = local(() =>
      flow<number>(async () => {
        await opening.passed;
        return late;
      }),
    ).start();
    expect(await run.drain()).toMatchObject({ outcome: 'drained', read: 0, delivered: 0 });
    opening.open();
    await until(() => returned === 1);
  });

  test('a task in a lane may read a flow of its own', async () => {
    const sums: number[] = [];
    for await (const sum of readsFlows.iterate()) sums.push(sum);
    expect(sums).toEqual([1, 4, 9]);
  });
});
