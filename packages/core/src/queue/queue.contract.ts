// What every queue must do, whatever it is called by. Suites of the two queues run it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { END, NONE } from './sentinels.js';

/** A queue with one producer and one consumer, neither of which waits. */
export interface ContractQueue {
  readonly length: number;
  readonly peak: number;
  readonly capacity: number;
  /** Items that were dropped for want of room. */
  readonly dropped: number;
  readonly offer: (item: unknown) => 'sent' | 'full' | 'closed';
  readonly take: () => unknown;
  readonly end: () => void;
  /** Drops what is queued. */
  readonly clear: () => void;
}

export interface QueueContract {
  readonly make: (capacity: number) => ContractQueue;
  /** What becomes of an item without room. */
  readonly whenFull: 'refused' | 'ended' | 'oldest dropped' | 'newest dropped';
  readonly capacities: readonly number[];
  /** What an offer after the end gives: an edge has a producer that does not do that. */
  readonly refusesAfterEnd: boolean;
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('offer' as const), times: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('take' as const), times: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), times: fc.constant(1) }) },
);

function rest(queue: ContractQueue): unknown[] {
  const items: unknown[] = [];
  for (let item = queue.take(); item !== NONE && item !== END; item = queue.take()) items.push(item);
  return items;
}

export function queueContract({ make, whenFull, capacities, refusesAfterEnd }: QueueContract): void {
  const fill = (queue: ContractQueue): void => {
    let sent = 0;
    while (sent < queue.capacity && queue.offer(sent) === 'sent') sent += 1;
    expect(sent).toBe(queue.capacity);
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

  describe.each(capacities)('of capacity %i', (capacity) => {
    test('Q1 it never holds more than its capacity, and knows the most that it held', () => {
      const queue = make(capacity);
      expect([queue.length, queue.peak]).toEqual([0, 0]);
      fill(queue);
      expect([queue.length, queue.peak, queue.capacity]).toEqual([capacity, capacity, capacity]);
      queue.offer('beyond');
      expect(queue.length).toBeLessThanOrEqual(capacity);
      expect(queue.peak).toBe(capacity);
      rest(make(capacity));
      expect(queue.peak).toBe(capacity);
    });

    test('Q2 items come out in the order they went in', () => {
      const queue = make(capacity);
      const seen: unknown[] = [];
      for (let round = 0; round < 3; round += 1) {
        fill(queue);
        seen.push(...rest(queue));
      }
      expect(seen).toEqual([...upTo(capacity), ...upTo(capacity), ...upTo(capacity)]);
      expect(queue.take()).toBe(NONE);
    });

    test('Q4 END takes no slot, comes through a full queue after what it holds, and stays', () => {
      const queue = make(capacity);
      fill(queue);
      queue.end();
      queue.end();
      expect(queue.length).toBe(capacity);
      expect(rest(queue)).toEqual(upTo(capacity));
      expect([queue.take(), queue.take()]).toEqual([END, END]);
      if (refusesAfterEnd) expect(queue.offer(1)).toBe('closed');
    });

    test('Q4 an empty queue that is ended gives END at once', () => {
      const queue = make(capacity);
      expect(queue.take()).toBe(NONE);
      queue.end();
      expect(queue.take()).toBe(END);
    });

    test('Q3 what looks empty or like a sentinel is an ordinary item', () => {
      if (capacity === 0) return;
      const queue = make(capacity);
      const items = [null, undefined, 0, -0, '', Number.NaN, false, [], Symbol('millrace.END'), Symbol.for('millrace.NONE')];
      for (const item of items) {
        expect(queue.offer(item)).toBe('sent');
        expect(queue.take()).toBe(item);
      }
    });

    test('Q12 an item without room fares as the policy says', () => {
      const queue = make(capacity);
      fill(queue);
      const answer = queue.offer('beyond');
      if (whenFull === 'refused') {
        expect([answer, queue.dropped]).toEqual(['full', 0]);
        expect(rest(queue)).toEqual(upTo(capacity));
      } else if (whenFull === 'ended') {
        expect([answer, queue.length, queue.offer('later')]).toEqual(['closed', 0, 'closed']);
        expect(queue.take).toThrow(expect.objectContaining({ code: 'ERR_OVERFLOW', capacity }));
      } else {
        expect([answer, queue.dropped]).toEqual(['sent', 1]);
        const kept = whenFull === 'oldest dropped' && capacity > 0 ? [...upTo(capacity).slice(1), 'beyond'] : upTo(capacity);
        expect(rest(queue)).toEqual(kept);
      }
    });

    test('Q7 what is cleared is gone', () => {
      const queue = make(capacity);
      fill(queue);
      queue.clear();
      expect(queue.length).toBe(0);
    });
  });

  test('Q1 Q2 Q13 whatever is offered and taken, each item is taken once in order, or dropped and counted', () => {
    fc.assert(
      fc.property(fc.constantFrom(...capacities), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const queue = make(capacity);
        const model: number[] = [];
        let [next, dropped, ended, failed] = [0, 0, false, false];
        const offer = (): void => {
          if ((ended && !refusesAfterEnd) || failed) return;
          const item = next;
          next += 1;
          const isFull = model.length >= capacity;
          const answer = queue.offer(item);
          if (ended) expect(answer).toBe('closed');
          else if (!isFull) {
            expect(answer).toBe('sent');
            model.push(item);
          } else if (whenFull === 'refused') expect(answer).toBe('full');
          else if (whenFull === 'ended') {
            expect(answer).toBe('closed');
            failed = true;
            model.length = 0;
          } else {
            expect(answer).toBe('sent');
            dropped += 1;
            if (whenFull === 'oldest dropped' && capacity > 0) {
              model.shift();
              model.push(item);
            }
          }
        };
        const take = (): void => {
          if (failed) expect(queue.take).toThrow(expect.objectContaining({ code: 'ERR_OVERFLOW' }));
          else expect(queue.take()).toBe(model.length > 0 ? model.shift() : ended ? END : NONE);
        };
        for (const { kind, times } of steps) {
          for (let i = 0; i < times; i += 1) {
            if (kind === 'offer') offer();
            else if (kind === 'take') take();
            else {
              queue.end();
              ended = true;
            }
          }
          expect(queue.length).toBe(model.length);
          expect(queue.dropped).toBe(dropped);
          expect(queue.peak).toBeLessThanOrEqual(capacity);
        }
      }),
      { numRuns: 80 },
    );
  });
}
