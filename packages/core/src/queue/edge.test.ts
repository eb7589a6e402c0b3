import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf } from './bytes-of.js';
import { Edge } from './edge.js';

/** An edge that notes whom it wakes. */
function wiredEdge(capacity: number, capacityBytes?: number): { edge: Edge; woken: string[] } {
  const edge = new Edge(capacity, capacityBytes);
  const woken: string[] = [];
  edge.onItem = () => woken.push('consumer');
  edge.onRoom = () => woken.push('producer');
  return { edge, woken };
}

function fill(edge: Edge): void {
  for (let at = 0; edge.room > 0; at += 1) edge.push(`item ${at}`, at);
}

describe('Edge', () => {
  test('the consumer is woken when the edge was empty, not by every item', () => {
    const { edge, woken } = wiredEdge(4);
    edge.push('a', 0);
    edge.push('b', 1);
    expect(woken).toEqual(['consumer']);
    edge.shift();
    edge.shift();
    edge.push('c', 2);
    expect(woken).toEqual(['consumer', 'consumer']);
  });

  test('a producer that found no room is woken once, at half capacity', () => {
    const { edge, woken } = wiredEdge(8);
    fill(edge);
    woken.length = 0;
    while (edge.length > 5) edge.shift();
    expect(woken).toEqual([]);
    edge.shift();
    expect(woken).toEqual(['producer']);
    while (edge.length > 0) edge.shift();
    expect(woken).toEqual(['producer']);
  });

  test('a producer that never found it full is not woken', () => {
    const { edge, woken } = wiredEdge(4);
    edge.push('a', 0);
    expect(edge.room).toBe(3);
    edge.shift();
    expect(woken).toEqual(['consumer']);
  });

  test('with capacity 1 the producer is woken by every shift it waits for', () => {
    const { edge, woken } = wiredEdge(1);
    for (let round = 0; round < 3; round += 1) {
      fill(edge);
      woken.length = 0;
      edge.shift();
      expect(woken).toEqual(['producer']);
    }
  });

  test('END takes no slot, wakes the consumer, and comes after what is queued', () => {
    const { edge, woken } = wiredEdge(2);
    fill(edge);
    woken.length = 0;
    edge.end();
    expect(woken).toEqual(['consumer']);
    expect(edge.length).toBe(2);
    expect(edge.ended).toBe(true);
    expect(edge.finished).toBe(false);
    edge.shift();
    expect(edge.finished).toBe(false);
    edge.shift();
    expect(edge.finished).toBe(true);
  });

  test('a second end is ignored', () => {
    const { edge, woken } = wiredEdge(2);
    edge.end();
    edge.end();
    expect(woken).toEqual(['consumer']);
  });

  test('clear drops what waits and tells nobody; END stands', () => {
    const { edge, woken } = wiredEdge(2);
    fill(edge);
    edge.end();
    woken.length = 0;
    edge.clear();
    expect(woken).toEqual([]);
    expect(edge.length).toBe(0);
    expect(edge.finished).toBe(true);
    expect(edge.accepted).toBe(2);
  });

  test('each item travels with its position; -1 where it has none', () => {
    const { edge } = wiredEdge(3);
    edge.push('a', 5);
    edge.push('b', -1);
    edge.push('c', 3);
    expect([edge.lowestPosition(0), edge.lowestPosition(4), edge.lowestPosition(6)]).toEqual([3, 5, undefined]);
    edge.shift();
    expect(edge.position).toBe(5);
    edge.shift();
    expect(edge.position).toBe(-1);
    edge.shift();
    expect(edge.lowestPosition(0)).toBeUndefined();
  });

  test('B24 it is full at its items or at its bytes, whichever comes first; the item that reaches them is taken', () => {
    const { edge } = wiredEdge(3, 10);
    edge.push('12345678', 0);
    expect([edge.room, edge.full, edge.bytes]).toEqual([2, false, 8]);
    edge.push(Buffer.alloc(100), 1);
    expect([edge.room, edge.full, edge.bytes, edge.peakBytes]).toEqual([0, true, 108, 108]);
    edge.shift();
    edge.shift();
    expect([edge.room, edge.full, edge.bytes, edge.peakBytes]).toEqual([3, false, 0, 108]);
    for (let at = 0; at < 3; at += 1) edge.push({ large: 'x'.repeat(1000) }, at);
    expect([edge.room, edge.full, edge.bytes]).toEqual([0, true, 0]);
  });

  test('B24 an empty edge takes any item', () => {
    const { edge } = wiredEdge(4, 1);
    for (let round = 0; round < 3; round += 1) {
      expect(edge.room).toBe(4);
      edge.push('large', 0);
      expect(edge.room).toBe(0);
      edge.shift();
    }
  });

  test('B26 a producer that found no room is woken when half of the items and of the bytes are free', () => {
    const { edge, woken } = wiredEdge(8, 100);
    edge.push('x'.repeat(40), 0);
    for (let at = 1; at < 4; at += 1) edge.push('x'.repeat(20), at);
    expect(edge.room).toBe(0);
    woken.length = 0;
    edge.shift();
    expect([edge.bytes, woken]).toEqual([60, []]);
    edge.shift();
    expect([edge.bytes, woken]).toEqual([40, ['producer']]);
  });

  test('a buffer that is moved away while it waits leaves the edge right again when it is empty', () => {
    const { edge, woken } = wiredEdge(8, 100);
    const buffers = [new ArrayBuffer(60), new ArrayBuffer(60)];
    for (const [at, buffer] of buffers.entries()) edge.push(buffer, at);
    expect(edge.room).toBe(0);
    structuredClone(buffers[0], { transfer: [buffers[0]!] });
    woken.length = 0;
    edge.shift();
    edge.shift();
    expect([edge.bytes, edge.room, woken]).toEqual([0, 8, ['producer']]);
  });

  test('what is next can be seen before it is taken', () => {
    const { edge } = wiredEdge(2);
    edge.push('a', 0);
    edge.push('b', 1);
    expect([edge.next, edge.length]).toEqual(['a', 2]);
    edge.shift();
    expect(edge.next).toBe('b');
  });

  test('clear forgets the bytes', () => {
    const { edge } = wiredEdge(2, 4);
    edge.push('large', 0);
    edge.clear();
    expect([edge.bytes, edge.room]).toEqual([0, 2]);
  });

  test('two sides that only act when woken pass on everything, in order, and never hold more than the capacity', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.oneof(fc.integer(), fc.string({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 })), { maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }),
        (capacity, capacityBytes, items, gulps) => {
          const { edge, woken } = wiredEdge(capacity, capacityBytes);
          const total = items.length;
          const received: unknown[] = [];
          let sent = 0;
          const produce = (): void => {
            while (sent < total && edge.room > 0) {
              expect(edge.bytes).toBeLessThan(capacityBytes);
              edge.push(items[sent], sent);
              sent += 1;
            }
            if (sent === total) edge.end();
          };
          produce();
          for (let turn = 0; woken.length > 0; turn += 1) {
            if (woken.shift() === 'producer') produce();
            else {
              // The consumer takes what it likes and comes again by itself while something is left, as a stage does.
              for (let taken = 0; taken < gulps[turn % gulps.length]! && edge.length > 0; taken += 1) received.push(edge.shift());
              if (edge.length > 0) woken.push('consumer');
            }
            expect(edge.length).toBeLessThanOrEqual(capacity);
            const waiting = items.slice(received.length, sent);
            expect(edge.bytes).toBe(waiting.reduce<number>((sum, item) => sum + bytesOf(item), 0));
          }
          expect(received).toEqual(items);
          expect(edge.peakBytes).toBeLessThan(capacityBytes + 41);
          expect(edge.finished).toBe(true);
          expect(edge.accepted).toBe(total);
          expect(edge.peak).toBeLessThanOrEqual(capacity);
          expect(edge.peak > 0).toBe(total > 0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
