import { describe, expect, test } from '@jest/globals';
import { type Flow, flow, io, type RunOptions, StageError } from '@millrace/core';
import { config, map, type ObservableNotification, take } from 'rxjs';
import { gate, local, memorySink, rejection } from './kit.fixture.js';

const full = new Error('disk full');

/** Numbers, and a sink beside the reader that gets them and cannot commit. */
function uncommitted() {
  const memory = memorySink<number>((call) => {
    if (call === 'commit') throw full;
  });
  return { memory, numbers: flow([1, 2, 3]).tee('audit', (f) => f.to(memory.sink)) };
}

/** Reads one item, then leaves: by `break`, or by what the body throws. */
async function readOne<T>(
  given: Flow<T>,
  { options, body }: { options?: RunOptions; body?: () => void } = {},
): Promise<T | undefined> {
  for await (const item of local(() => given).iterate(undefined, options)) {
    body?.();
    return item;
  }
  return undefined;
}

describe('G12 a reader that leaves hears that the run failed', () => {
  test('of a sink beside it that cannot commit, by break, with the report', async () => {
    const { memory, numbers } = uncommitted();
    const error = await rejection(readOne(numbers));
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'memory', cause: full, report: { outcome: 'failed' } });
    expect([memory.count('commit'), memory.count('abort')]).toEqual([1, 1]);
  });

  test('of a branch beside it that fails after the reader has left', async () => {
    const left = gate();
    const memory = memorySink<number>();
    const fails = io('fails', async (n: number): Promise<number> => {
      await left.passed;
      throw new Error(`no ${n}`);
    });
    const numbers = flow([1, 2, 3]).tee('audit', (f) => f.pipe(fails).to(memory.sink));
    expect(await rejection(readOne(numbers, { body: left.open }))).toMatchObject({ stage: 'fails', position: 0 });
    expect([memory.count('commit'), memory.count('abort')]).toEqual([0, 1]);
  });

  test('of a flow outside of a pipeline, too', async () => {
    const { numbers } = uncommitted();
    const looped = (async () => {
      for await (const _ of numbers) break;
    })();
    expect(await rejection(looped)).toMatchObject({ stage: 'memory', cause: full });
  });

  test('but what the body of its loop threw comes first', async () => {
    const { memory, numbers } = uncommitted();
    const body = (): never => {
      throw new Error('of the loop');
    };
    expect(await rejection(readOne(numbers, { body }))).toMatchObject({ message: 'of the loop' });
    expect(memory.count('abort')).toBe(1);
  });

  test('once: a second return has nothing to tell, nor has one after a read that rejected', async () => {
    const over = { done: true, value: undefined };
    const leaving = local(() => uncommitted().numbers).iterate();
    await leaving.next();
    expect(await rejection(leaving.return!())).toMatchObject({ cause: full });
    expect([await leaving.return!(), await leaving.next()]).toEqual([over, over]);

    const reading = local(() => uncommitted().numbers).iterate();
    for (let i = 0; i < 3; i += 1) await reading.next();
    expect(await rejection(reading.next())).toMatchObject({ cause: full });
    expect(await reading.return!()).toEqual(over);
  });

  test('by a read that waits, where one does', async () => {
    const { memory } = uncommitted();
    const asked = gate();
    const numbers = flow(async function* () {
      yield 1;
      asked.open();
      await new Promise(() => {});
    }).tee('audit', (f) => f.to(memory.sink));
    const items = local(() => numbers).iterate(undefined, { graceMs: 1 });
    await items.next();
    const waiting = items.next();
    await asked.passed;
    const left = items.return!();
    expect(await rejection(waiting)).toMatchObject({ cause: full });
    expect(await left).toEqual({ done: true, value: undefined });
  });

  test('of an Observable by the hook of RxJS for notifications nobody listens to', async () => {
    const stopped = new Promise<ObservableNotification<unknown>>((resolve) => {
      config.onStoppedNotification = resolve;
    });
    uncommitted().numbers.toObservable().pipe(take(1)).subscribe();
    expect(await stopped).toMatchObject({ kind: 'E', error: { stage: 'memory', cause: full } });
    config.onStoppedNotification = null;
  });
});

test('E3 a reader that leaves a run which has not failed hears nothing: to stop early is no failure', async () => {
  const memory = memorySink<number>();
  const numbers = flow([1, 2, 3]).pipe(map((n) => n * 2));
  expect(await readOne(numbers.tee('audit', (f) => f.to(memory.sink)))).toBe(2);
  expect([memory.count('commit'), memory.count('abort')]).toEqual([1, 0]);
});

test('E5 a reader that leaves a run which was cancelled hears nothing: who cancelled it knows', async () => {
  const memory = memorySink<number>();
  const cancel = new AbortController();
  const body = (): void => cancel.abort('enough');
  const numbers = flow([1, 2, 3]).tee('audit', (f) => f.to(memory.sink));
  expect(await readOne(numbers, { options: { signal: cancel.signal }, body })).toBe(1);
  expect([memory.count('commit'), memory.reasons]).toEqual([0, ['enough']]);
});
