import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Edge } from '../../queue/index.js';
import { ManualTimers } from '../../timers.fixture.js';
import { Meter } from '../measure/meter.js';
import { planOf, RecordingHost } from '../stage.fixture.js';
import { BatchStage } from './batch-stage.js';

function bench({ items = 3, ms, room = 100 }: { items?: number; ms?: number | undefined; room?: number } = {}) {
  const edges = { input: new Edge(100), output: new Edge(room) };
  const host = new RecordingHost();
  const timers = new ManualTimers();
  const plan = planOf('batch-1', { kind: 'batch', batch: items, batchMs: ms });
  const stage = new BatchStage(plan, edges, host, new Meter(0), timers);
  const push = (...positions: number[]): void => {
    for (const position of positions) edges.input.push(position, position);
    stage.step();
  };
  const taken = (): unknown[] => {
    const batches: unknown[] = [];
    while (edges.output.length > 0) batches.push(edges.output.shift());
    return batches;
  };
  const end = (): void => {
    edges.input.end();
    stage.step();
  };
  return { ...edges, host, timers, stage, push, taken, end };
}

describe('BatchStage', () => {
  test('B2 a batch leaves as soon as it has its items', () => {
    const { stage, push, taken } = bench();
    push(0, 1);
    expect([taken(), stage.held]).toEqual([[], 2]);
    push(2, 3, 4, 5, 6);
    expect(taken()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect([stage.held, stage.counts.ok]).toEqual([1, 6]);
  });

  test('B2 a batch leaves at its time, counted from its first item', () => {
    const { host, timers, stage, push, taken } = bench({ ms: 10 });
    push(0);
    timers.elapse(6);
    push(1);
    timers.elapse(3);
    expect(host.woken).toEqual([]);
    timers.elapse(1);
    expect(host.woken).toEqual([stage]);
    stage.step();
    expect(taken()).toEqual([[0, 1]]);
    timers.elapse(100);
    expect([host.woken.length, timers.waiting]).toEqual([1, 0]);
  });

  test('B2 a batch that left by its size leaves its time to itself: the next one has all of its own', () => {
    const { host, timers, stage, push, taken } = bench({ ms: 10 });
    push(0, 1);
    timers.elapse(9);
    push(2, 3);
    expect(taken()).toEqual([[0, 1, 2]]);
    timers.elapse(9);
    expect(host.woken).toEqual([]);
    timers.elapse(1);
    stage.step();
    expect(taken()).toEqual([[3]]);
  });

  test('B3 at END a batch leaves with what it has, and then END', () => {
    const { output, timers, stage, push, taken, end } = bench({ ms: 10 });
    push(0, 1);
    end();
    expect([output.ended, stage.ended, timers.waiting]).toEqual([true, true, 0]);
    expect(taken()).toEqual([[0, 1]]);
  });

  test('B3 without items, and after a full batch, END alone leaves', () => {
    for (const items of [[], [0, 1, 2]]) {
      const { stage, push, taken, end } = bench();
      push(...items);
      end();
      expect(stage.ended).toBe(true);
      expect(taken()).toEqual(items.length === 0 ? [] : [items]);
    }
  });

  test('B4 without room a batch is held, fills up to its items and no further, and leaves when there is room', () => {
    const { input, output, timers, stage, push, taken } = bench({ ms: 10, room: 1 });
    push(0, 1, 2, 3);
    timers.elapse(10);
    stage.step();
    expect([output.length, stage.held, stage.activity]).toEqual([1, 1, 'blocked']);
    push(4, 5, 6, 7);
    expect([stage.held, input.length]).toEqual([3, 2]);
    expect(taken()).toEqual([[0, 1, 2]]);
    stage.step();
    expect(taken()).toEqual([[3, 4, 5]]);
    expect(stage.held).toBe(2);
  });

  test('B4 END waits for room with the last batch', () => {
    const { output, stage, push, taken, end } = bench({ room: 1 });
    push(0, 1, 2, 3);
    end();
    expect([output.ended, stage.held]).toEqual([false, 1]);
    expect(taken()).toEqual([[0, 1, 2]]);
    stage.step();
    expect(taken()).toEqual([[3]]);
    expect([output.ended, stage.ended]).toEqual([true, true]);
  });

  test('B6 the position of a batch is the lowest of its items, also while it fills; -1 when none has one', () => {
    const { output, stage, push, taken } = bench();
    push(7, 5);
    expect(stage.lowestPosition(0)).toBe(5);
    push(6);
    expect(stage.lowestPosition(0)).toBeUndefined();
    expect(output.lowestPosition(0)).toBe(5);
    taken();
    push(-1, -1, -1);
    expect(output.lowestPosition(0)).toBeUndefined();
  });

  test('B7 a stop drops what it holds and leaves no timer', () => {
    const { input, output, host, timers, stage, push } = bench({ ms: 10 });
    push(0, 1);
    input.push(2, 2);
    stage.stop();
    expect([stage.held, input.length, output.length, timers.waiting, stage.counts.ok]).toEqual([0, 0, 0, 0, 0]);
    timers.elapse(100);
    stage.step();
    expect([host.woken.length, output.length]).toEqual([0, 0]);
  });

  test('it lets the event loop turn when that is due', () => {
    const { input, output, host, stage } = bench();
    for (let at = 0; at < 9; at += 1) input.push(at, at);
    host.isOverdue = true;
    expect(stage.step()).toBe(true);
    expect(output.length).toBe(1);
  });

  type Move = { readonly kind: 'push' | 'elapse' | 'take'; readonly count: number };
  const moves = fc.array(
    fc.record<Move>({ kind: fc.constantFrom('push', 'elapse', 'take'), count: fc.integer({ min: 1, max: 12 }) }),
    { maxLength: 60 },
  );

  test('B1 B2 whatever comes when, the batches are the input in order, none empty, none over its items, and none waits beyond its time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
        fc.integer({ min: 1, max: 4 }),
        moves,
        (items, ms, room, steps) => {
          const { input, output, host, timers, stage } = bench({ items, ms, room });
          // As a run does: a stage that was woken is stepped.
          input.onItem = () => host.wake(stage);
          output.onRoom = () => host.wake(stage);
          let sent = 0;
          const enteredAt: number[] = [];
          const settle = (): void => {
            while (host.woken.length > 0) {
              host.woken.length = 0;
              stage.step();
            }
            while (enteredAt.length < sent - input.length) enteredAt.push(timers.now());
          };
          const batches: unknown[] = [];
          const waited: number[] = [];
          const take = (): void => {
            batches.push(output.shift());
            settle();
          };
          for (const { kind, count } of steps) {
            for (let i = 0; i < count; i += 1) {
              if (kind === 'push' && input.room > 0) {
                sent += 1;
                input.push(sent - 1, sent - 1);
                settle();
              } else if (kind === 'elapse') {
                timers.elapse(1);
                settle();
              } else if (kind === 'take' && output.length > 0) take();
              // While there is room, as the queue tells it, nothing waits in a batch beyond its time.
              if (ms !== undefined && output.length <= room / 2 && stage.held > 0) {
                waited.push(timers.now() - enteredAt[sent - input.length - stage.held]!);
              }
            }
          }
          input.end();
          settle();
          while (output.length > 0) take();
          expect(stage.ended).toBe(true);
          expect(batches.flat()).toEqual(Array.from({ length: sent }, (_, i) => i));
          for (const batch of batches as unknown[][]) {
            expect(batch.length).toBeGreaterThan(0);
            expect(batch.length).toBeLessThanOrEqual(items);
          }
          for (const time of waited) expect(time).toBeLessThan(ms!);
          expect([stage.counts.ok, timers.waiting]).toEqual([sent, 0]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
