import { describe, expect, test } from '@jest/globals';
import { type Batch, type Job, type LanePool, WorkerDeathError } from '@millrace/workers';
import type { Work } from '../executor.js';
import { PoolExecutor } from './pool-executor.js';
import { ScriptedWork } from './scripted-work.fixture.js';

const death = new WorkerDeathError('gone', { exitCode: 1 });

/** A pool whose lanes are the test. */
function open(work: Work) {
  let job: Job | undefined;
  let closings = 0;
  const pool: LanePool = {
    add: (added) => {
      // The executor hangs its slots on its batches, and gets these very batches back.
      job = added as unknown as Job;
      return {
        poke: () => {},
        resume: () => {},
        cancel: () => {},
        close: async () => {
          closings += 1;
          return ['thrown'];
        },
        closings: { owed: 3, done: 2 },
      };
    },
    addStream: () => {
      throw new Error('not used');
    },
    lanes: [],
    close: async () => {},
  };
  const spec = { module: 'file:///x', pipeline: 'p', params: undefined, stages: [], stage: 's', maxHeld: undefined };
  const executor = new PoolExecutor(pool, work, { spec, workers: 1, maxBatch: 1024, ahead: 10, setsUp: true, now: () => 0 });
  return { executor, take: (max: number): Batch | undefined => job!.take(max, 0), job: job!, closings: () => closings };
}

describe('what a lane has lost', () => {
  test('runs again, the suspect as its next attempt; a batch of first attempts tells none', () => {
    const { take, job, executor } = open(new ScriptedWork(['a', 'b', 'c', 'd'], 64, 2));
    const batch = take(3)!;
    expect([batch.items, batch.attempts]).toEqual([['a', 'b', 'c'], undefined]);
    job.lost(batch, 1, death);
    expect(executor.running).toBe(0);
    const next = take(8)!;
    expect([next.items, next.attempts]).toEqual([
      ['a', 'c', 'b', 'd'],
      [1, 1, 2, 1],
    ]);
  });

  test('runs again one by one, at no charge, when any of it may have ended the lane', () => {
    const work = new ScriptedWork(['a', 'b', 'c', 'd'], 64, 2);
    const { take, job } = open(work);
    job.lost(take(3)!, 'unknown', death);
    expect([take(8), take(8), take(8), take(8)].map((batch) => [batch?.items, batch?.attempts])).toEqual([
      [['a'], undefined],
      [['b'], undefined],
      [['c'], undefined],
      [['d'], undefined],
    ]);
    expect(work.outcomes.flat()).toEqual([]);
  });

  test('W2 is charged when it was run alone for that, and its lane ended again', () => {
    const work = new ScriptedWork(['a', 'b'], 64, 3);
    const { take, job } = open(work);
    job.lost(take(1)!, 'unknown', death);
    const alone = take(8)!;
    expect([alone.items, alone.attempts]).toEqual([['a'], undefined]);
    job.lost(alone, 'unknown', death);
    const next = take(8)!;
    expect([next.items, next.attempts]).toEqual([
      ['a', 'b'],
      [2, 1],
    ]);
  });

  test('of an ordered stage runs again in order of age, however it came back', () => {
    const work = { ...new ScriptedWork(['a', 'b', 'c', 'd', 'e', 'f'], 64), age: (slot: number) => slot };
    const { take, job } = open(work);
    const [first, second] = [take(2)!, take(2)!];
    job.lost(second, 'none', death);
    job.lost(first, 'none', death);
    expect([take(3)?.items, take(3)?.items]).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ]);
  });

  test('waits while the stage rests', () => {
    const work = new ScriptedWork(['a', 'b'], 64, 2);
    let resting = false;
    const retries = {
      attempt: work.attempt,
      next: work.next,
      get resting(): boolean {
        return resting;
      },
    };
    const { take, job } = open({ ...work, retries });
    const batch = take(2)!;
    resting = true;
    job.lost(batch, 'none', death);
    expect(take(8)).toBeUndefined();
    resting = false;
    expect(take(8)?.items).toEqual(['a', 'b']);
  });
});

test('the job is closed once, by a close or by a stop, and both tell what that threw', async () => {
  const { executor, closings } = open(new ScriptedWork([]));
  const closing = executor.close!();
  executor.stop();
  expect(await closing).toEqual(['thrown']);
  expect(await executor.close!()).toEqual(['thrown']);
  expect(closings()).toBe(1);
});

describe('a batch', () => {
  const sizes = (items: readonly unknown[]): (number | undefined)[] => {
    const { take } = open(new ScriptedWork(items, 2048));
    return [take(1024)?.items.length, take(1024)?.items.length];
  };

  test('of small items holds as many as the pool asks for', () => {
    expect(sizes(Array.from({ length: 1100 }, (_, i) => ({ i })))).toEqual([1024, 76]);
  });

  test('is asked for with the number of items that wait: new ones, lost ones, and those that are tried again', () => {
    const { take, job } = open(new ScriptedWork(['a', 'b', 'c', 'd', 'e', 'f'], 64, 2));
    expect(job.waiting!()).toBe(6);
    const batch = take(4)!;
    expect(job.waiting!()).toBe(2);
    job.lost(batch, 0, death);
    expect(job.waiting!()).toBe(6);
    expect(take(8)?.items).toEqual(['b', 'c', 'd', 'a', 'e', 'f']);
  });

  test('of items with keys is asked for without it, as they may be for another lane', () => {
    const work = { ...new ScriptedWork(['a', 'b']), keys: { of: () => 'key', isFirst: () => true } };
    expect(open(work).job.waiting).toBeUndefined();
  });

  test('of long strings ends at a mebi of units', () => {
    expect(sizes(Array.from({ length: 1100 }, () => 'x'.repeat(2048)))).toEqual([512, 512]);
  });

  test('of large buffers ends at a quarter of a mebibyte, but not before sixteen of them', () => {
    expect(sizes(Array.from({ length: 40 }, () => new Uint8Array(65_536)))).toEqual([16, 16]);
  });
});
