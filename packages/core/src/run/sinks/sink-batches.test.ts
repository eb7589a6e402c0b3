import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf, Edge } from '../../queue/index.js';
import { ManualTimers } from '../../timers.fixture.js';
import { type BatchLimits, SinkBatches } from './sink-batches.js';

function bench(limits: Partial<BatchLimits> = {}) {
  const input = new Edge(1000);
  const timers = new ManualTimers();
  let woken = 0;
  const batches = new SinkBatches(input, { items: 3, ...limits }, timers, () => {
    woken += 1;
  });
  let sent = 0;
  const push = (...items: unknown[]): void => {
    for (const item of items) input.push(item, sent++);
  };
  const next = (): readonly unknown[] | undefined => batches.next()?.items;
  return { input, timers, batches, push, next, woken: () => woken };
}

describe('SinkBatches', () => {
  test('B11 without ms a write brings what has come', () => {
    const { push, next } = bench();
    expect(next()).toBeUndefined();
    push('a', 'b', 'c', 'd');
    expect([next(), next(), next()]).toEqual([['a', 'b', 'c'], ['d'], undefined]);
  });

  test('positions go with the items', () => {
    const { batches, push } = bench();
    push('a', 'b');
    expect(batches.next()).toEqual({ items: ['a', 'b'], positions: [0, 1], failures: 0, surplus: 0 });
  });

  test('B11 with ms a write waits until it is full', () => {
    const { batches, push, next } = bench({ ms: 10 });
    push('a', 'b');
    expect([next(), batches.held, batches.lowestPosition(0)]).toEqual([undefined, 2, 0]);
    push('c', 'd');
    expect([next(), next(), batches.held]).toEqual([['a', 'b', 'c'], undefined, 1]);
  });

  test('B11 with ms a write waits no longer than that for its first item', () => {
    const { timers, push, next, woken } = bench({ ms: 10 });
    push('a');
    next();
    timers.elapse(9);
    push('b');
    expect([next(), woken()]).toEqual([undefined, 0]);
    timers.elapse(1);
    expect([woken(), next(), timers.waiting]).toEqual([1, ['a', 'b'], 0]);
  });

  test('B11 END ends the waiting', () => {
    const { input, push, next, timers, batches } = bench({ ms: 10 });
    push('a');
    next();
    input.end();
    expect(next()).toEqual(['a']);
    batches.stop();
    expect(timers.waiting).toBe(0);
  });

  test('B11 the time of what has come counts while no write can begin', () => {
    const { timers, batches, push, next, woken } = bench({ ms: 10 });
    batches.wait();
    expect(timers.waiting).toBe(0);
    push('a');
    batches.wait();
    timers.elapse(6);
    batches.wait();
    timers.elapse(4);
    push('b');
    expect([woken(), next(), next()]).toEqual([1, ['a', 'b'], undefined]);
  });

  test('B10 a write brings no more than its bytes, unless one item is larger', () => {
    const { push, next } = bench({ items: 10, bytes: 10 });
    push('12345', '12345', 'x', '1234567890123', 1, 'y', Buffer.alloc(10), Buffer.alloc(1));
    const sizes: unknown[] = [];
    for (let items = next(); items !== undefined; items = next()) sizes.push(items.map(bytesOf));
    expect(sizes).toEqual([[5, 5], [1], [13], [0, 1], [10], [1]]);
  });

  test('B11 with ms, the item that does not fit makes a write full', () => {
    const { push, next } = bench({ items: 10, bytes: 10, ms: 5 });
    push('123456', '123456');
    expect([next(), next()]).toEqual([['123456'], undefined]);
  });

  test('B11 with ms, a write that has all of its bytes is full, by several items or by one that is larger', () => {
    const { push, next } = bench({ items: 10, bytes: 10, ms: 5 });
    push('12345');
    expect(next()).toBeUndefined();
    push('12345');
    expect(next()).toEqual(['12345', '12345']);
    push('x'.repeat(50));
    expect(next()).toHaveLength(1);
  });

  test('B11 what counts no bytes and has come goes with a write that has all of its bytes', () => {
    const { push, next } = bench({ items: 10, bytes: 10, ms: 5 });
    push('1234567890', 1, 2);
    expect(next()).toEqual(['1234567890', 1, 2]);
  });

  test('a stop drops what waits and leaves no timer', () => {
    const { timers, batches, push, next, woken } = bench({ ms: 10 });
    push('a');
    next();
    batches.stop();
    timers.elapse(100);
    expect([batches.held, timers.waiting, woken()]).toEqual([0, 0, 0]);
  });

  type Move =
    | { readonly kind: 'push'; readonly item: unknown }
    | { readonly kind: 'next' | 'wait' }
    | { readonly kind: 'elapse'; readonly ms: number };
  const move: fc.Arbitrary<Move> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('push' as const), item: fc.oneof(fc.integer(), fc.string({ maxLength: 12 })) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('next' as const, 'wait' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('elapse' as const), ms: fc.integer({ min: 1, max: 8 }) }) },
  );
  const optional = (max: number): fc.Arbitrary<number | undefined> => fc.option(fc.integer({ min: 1, max }), { nil: undefined });

  test('B9 B10 whatever comes when, writes bring the input in order, none empty, none over its items or bytes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        optional(15),
        optional(6),
        fc.array(move, { maxLength: 80 }),
        (items, bytes, ms, moves) => {
          const { input, timers, batches, push, next } = bench({ items, bytes, ms });
          const sent: unknown[] = [];
          const writes: (readonly unknown[])[] = [];
          const take = (): boolean => {
            const write = next();
            if (write !== undefined) writes.push(write);
            return write !== undefined;
          };
          for (const each of moves) {
            if (each.kind === 'push') {
              push(each.item);
              sent.push(each.item);
            } else if (each.kind === 'elapse') timers.elapse(each.ms);
            else if (each.kind === 'wait') batches.wait();
            else take();
            expect(batches.held).toBeLessThanOrEqual(items);
          }
          // Who waits long enough has all that came, END or not.
          while (take() || (ms !== undefined && input.length + batches.held > 0)) if (ms !== undefined) timers.elapse(ms);
          expect(writes.flat()).toEqual(sent);
          for (const write of writes) {
            expect(write.length).toBeGreaterThan(0);
            expect(write.length).toBeLessThanOrEqual(items);
            const size = write.reduce<number>((sum, item) => sum + bytesOf(item), 0);
            if (bytes !== undefined && write.length > 1) expect(size).toBeLessThanOrEqual(bytes);
          }
          batches.stop();
          expect([batches.held, timers.waiting]).toEqual([0, 0]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
