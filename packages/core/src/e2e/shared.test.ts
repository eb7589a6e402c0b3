import { describe, expect, test } from '@jest/globals';
import { CloneError, Lock, SharedArray, SharedValue } from '@millrace/workers';
import { type Ledger, ledger, notes } from './shared.fixture.js';

const paramsOf = (isolation: Ledger['isolation']): Ledger => ({
  items: 500,
  lock: new Lock(),
  sums: new SharedArray('int32', 1),
  lanes: new SharedValue('int32'),
  isolation,
});

describe('shared primitives in a pipeline', () => {
  test('cross with its params to every lane of threads, their setup too, and stay the same on the event loop', async () => {
    const params = paramsOf('thread');
    const seen: string[] = [];
    for await (const word of ledger.iterate(params, { workers: 2 })) seen.push(word as string);
    expect([seen.length, new Set(seen)]).toEqual([500, new Set(['seen'])]);
    expect(params.sums.get(0)).toBe((499 * 500) / 2);
    expect(params.lanes.value).toBeGreaterThan(0);
  });

  test('cross with items, and back', async () => {
    const sums = new SharedArray('int32', 3);
    const back: SharedArray<'int32'>[] = [];
    for await (const item of notes.iterate({ sums }, { workers: 1 })) back.push(item.sums);
    expect([...sums.array]).toEqual([1, 2, 3]);
    back[0]!.set(0, 9);
    expect(sums.get(0)).toBe(9);
  });

  test('are copied as references where cpu stages run on the main thread', async () => {
    const sums = new SharedArray('int32', 3);
    for await (const item of notes.iterate({ sums }, { workers: 0 })) expect(item.sums).toBeInstanceOf(SharedArray);
    expect([...sums.array]).toEqual([1, 2, 3]);
  });

  test('do not cross to lanes that are processes, which the error says by their path in the params', async () => {
    const error = await ledger.run(paramsOf('process'), { workers: 1 }).catch((fault) => fault);
    const cause = error instanceof CloneError ? error : error.cause;
    expect(cause).toBeInstanceOf(CloneError);
    expect(cause.path).toBe('spec.params.lock');
    expect(cause.message).toContain("use threads (threadPool, isolation 'thread')");
  });
});
