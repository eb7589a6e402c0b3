import { describe, expect, test } from '@jest/globals';
import { BatchEdge } from './batch-edge.js';
import { Edge } from './edge.js';
import { itemsIn } from './items-in.js';

const rows = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('BatchEdge', () => {
  test('B30 counts the items in its arrays, and is full by the number of arrays', () => {
    const edge = new BatchEdge(2, undefined, 10);
    edge.push(rows(10), 0);
    expect([edge.length, edge.items, edge.room]).toEqual([1, 10, 1]);
    edge.push(rows(3), 10);
    expect([edge.length, edge.items, edge.full]).toEqual([2, 13, true]);
    edge.shift();
    expect([edge.length, edge.items]).toEqual([1, 3]);
    edge.shift();
    expect([edge.length, edge.items]).toEqual([0, 0]);
  });

  test('what is dropped counts no more', () => {
    for (const drop of ['clear', 'detach'] as const) {
      const edge = new BatchEdge(2, undefined, 10);
      edge.push(rows(10), 0);
      edge[drop]();
      expect(edge.items).toBe(0);
    }
  });

  test('an array that is changed while it waits leaves no more behind than could be there', () => {
    const edge = new BatchEdge(8, undefined, 10);
    const [emptied, grown] = [rows(10), rows(1)];
    edge.push(emptied, 0);
    edge.push(grown, 1);
    edge.push(rows(2), 2);
    emptied.length = 0;
    grown.push(...rows(100));
    edge.shift();
    expect(edge.items).toBeLessThanOrEqual(20);
    edge.shift();
    expect(edge.items).toBeLessThanOrEqual(10);
    expect(edge.items).toBeGreaterThanOrEqual(1);
    edge.shift();
    expect(edge.items).toBe(0);
  });
});

test('an edge without arrays of a batch counts what waits, arrays too', () => {
  const edge = new Edge(4);
  edge.push(rows(10), 0);
  expect(edge.items).toBe(1);
});

test('what stands for items is an array, of as many as it may have been made with', () => {
  expect([rows(3), rows(300), [], 'abc', undefined, new Uint8Array(9)].map((value) => itemsIn(value, 10))).toEqual([
    3, 10, 1, 1, 1, 1,
  ]);
});
