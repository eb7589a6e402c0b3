import { describe, expect, test } from '@jest/globals';
import { flow } from '../declare/flow/flow.js';
import { batch } from '../declare/steps/batch.js';
import { cpu } from '../declare/steps/stage.js';
import { explain } from './explain.js';
import { double, nowhere, planned, rows, stageOf } from './plan.fixture.js';

describe('the plan of a batch stage', () => {
  test('is placed by its neighbours, bounded by its items, and says when a batch leaves', () => {
    const plan = planned(flow(rows(10)).pipe(batch({ items: 5, ms: 20, capacity: 7 })));
    expect(stageOf(plan, 'batch-1')).toMatchObject({
      kind: 'batch',
      executor: 'inline',
      capacity: 7,
      capacityBytes: 64 * 2 ** 20,
      batch: 5,
      batchMs: 20,
    });
    expect(plan.bound.terms).toContainEqual({ stage: 'batch-1', items: 7, why: 'may wait before it' });
    expect(plan.bound.terms).toContainEqual({ stage: 'batch-1', items: 5, why: 'in the batch that fills' });
    expect(plan.bound.retaining).toEqual([]);
    const text = explain(plan);
    expect(text).toContain('  batch "batch-1" on the main thread: capacity 7, batch ≤ 5, batch ms ≤ 20');
    expect(text).toContain(
      'a batch leaves with 5 items, or 20 ms after its first item, and at the end with what it has; behind it, an item is a batch',
    );
  });

  test('B5 without items a batch has 1,024 at most', () => {
    expect(stageOf(planned(flow(rows(10)).pipe(batch({ ms: 20 }))), 'batch-1')).toMatchObject({ batch: 1024, batchMs: 20 });
  });
});

describe('the plan of a sink', () => {
  test('has what its options say, with a reason for each decision', () => {
    const options = {
      capacity: 3,
      capacityBytes: 1000,
      batch: { items: 5, bytes: 100, ms: 20 },
      concurrency: 4,
      timeoutMs: 50,
      retry: { attempts: 3, delayMs: 10, when: () => true },
      onError: 'skip',
    } as const;
    const plan = planned(flow(rows(10)).to(nowhere, options));
    const sink = stageOf(plan, 'nowhere');
    expect(sink).toMatchObject({
      capacity: 3,
      capacityBytes: 1000,
      batch: 5,
      batchBytes: 100,
      batchMs: 20,
      concurrency: 4,
      timeoutMs: 50,
      retry: { attempts: 3, delayMs: 10, factor: 2, maxDelayMs: 30_000, jitter: true },
      onError: 'skip',
    });
    expect(sink.reasons).toEqual([
      'up to 4 writes at once, in no order, when it is full or its first item has waited for 20 ms',
      'up to 3 attempts a write, where `when` wants them, after up to 10 ms, then 2 times as long each, 30000 ms at most',
      'an attempt of a write may take 50 ms',
      'a batch that cannot be written is halved until the rows that are to blame stand alone',
    ]);
    expect(plan.bound.terms.slice(-2)).toEqual([
      { stage: 'nowhere', items: 3, why: 'may wait before it' },
      { stage: 'nowhere', items: 20, why: 'in 4 writes' },
    ]);
    expect(explain(plan)).toContain(
      'concurrency 4, capacity 3, capacityBytes 1000, batch ≤ 5, batch bytes ≤ 100, batch ms ≤ 20, timeoutMs 50, attempts 3, onError skip',
    );
  });

  test('has the defaults without options', () => {
    const sink = stageOf(planned(flow(rows(10)).to(nowhere)), 'nowhere');
    expect(sink).toMatchObject({ capacityBytes: 64 * 2 ** 20, batch: 1024, concurrency: 1, onError: 'fail' });
    expect([sink.batchBytes, sink.batchMs, sink.timeoutMs, sink.retry]).toEqual([undefined, undefined, undefined, undefined]);
    expect(sink.reasons).toEqual(['one write at a time, of what has come by then']);
  });
});

test('capacityBytes of its own gives a stage a boundary, and one in the midst of a visit has none', () => {
  const own = planned(flow([1]).pipe(cpu('a', double), cpu('b', double, { capacityBytes: 9 })));
  expect(stageOf(own, 'b')).toMatchObject({ capacityBytes: 9, fusedWith: [] });
  expect(stageOf(own, 'b').reasons.at(-1)).toBe('not in one visit with "a": "b" has its own "capacityBytes"');
  const together = planned(flow([1]).pipe(cpu('a', double), cpu('b', double)));
  expect([stageOf(together, 'a').capacityBytes, stageOf(together, 'b').capacityBytes]).toEqual([64 * 2 ** 20, undefined]);
});
