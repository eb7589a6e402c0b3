import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RingBuffer } from './ring-buffer.js';

describe('RingBuffer', () => {
  test('whatever is pushed, shifted and cleared, it is a FIFO of items with their tags', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 1, max: 40 }) }) },
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('shift' as const), count: fc.integer({ min: 1, max: 40 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), count: fc.constant(1) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ring = new RingBuffer<string>();
        const model: number[] = [];
        let last = 0;
        for (const { kind, count } of steps) {
          if (kind === 'clear') {
            ring.clear();
            model.length = 0;
          }
          for (let i = 0; i < count && kind === 'push'; i += 1) {
            last += 1;
            ring.push(`item ${last}`, last);
            model.push(last);
          }
          for (let i = 0; i < count && kind === 'shift' && model.length > 0; i += 1) {
            const expected = model.shift()!;
            expect(ring.shift()).toBe(`item ${expected}`);
            expect(ring.tag).toBe(expected);
          }
          expect(ring.length).toBe(model.length);
          expect(ring.lowestTag(0)).toBe(model[0]);
          expect(ring.lowestTag(last)).toBe(model.at(-1));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('undefined and null are ordinary items', () => {
    const ring = new RingBuffer<unknown>();
    ring.push(undefined, 7);
    ring.push(null, 8);
    expect(ring.length).toBe(2);
    expect(ring.shift()).toBeUndefined();
    expect(ring.tag).toBe(7);
    expect(ring.shift()).toBeNull();
    expect(ring.lowestTag(0)).toBeUndefined();
  });

  test('what was shifted or cleared is not kept alive', () => {
    const ring = new RingBuffer<object>();
    ring.push({ shifted: true }, 0);
    ring.push({ cleared: true }, 1);
    ring.shift();
    ring.clear();
    // Nothing else would show the slots: a shift past the end reads them.
    expect(Array.from({ length: 16 }, () => ring.shift())).toEqual(Array.from({ length: 16 }, () => undefined));
  });
});
