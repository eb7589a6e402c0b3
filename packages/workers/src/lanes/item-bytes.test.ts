import { expect, test } from '@jest/globals';
import { ItemBytes } from './item-bytes.js';
import type { Crossing } from './job.js';

const KIB = 1024;
const row = { id: 1 };

function crossed(sentBytes: number, receivedBytes: number): { readonly crossing: Crossing } {
  return { crossing: { handMs: 0, waitMs: 0, sentBytes, receivedBytes } };
}

/** What a batch, of eight rows if not said otherwise, is followed by, at most 1024. */
function after(bytes: ItemBytes, sent: number, received: number, item: unknown = row, items = 8): number {
  bytes.observe(new Array(items).fill(item), items, crossed(sent, received));
  return bytes.atMost(1024);
}

test('while nothing is known, a batch may hold what is asked for', () => {
  expect(new ItemBytes().atMost(1024)).toBe(1024);
});

test('a batch should hold a quarter of a mebibyte, by what the latest rows were, there or back', () => {
  const bytes = new ItemBytes();
  expect([after(bytes, 8 * KIB, 0), after(bytes, 8 * KIB, 16 * KIB), after(bytes, 800, 800)]).toEqual([256, 128, 1024]);
  expect(bytes.atMost(64)).toBe(64);
});

test('but 32 rows, as fewer go as clones; unless these come to four mebibytes', () => {
  const bytes = new ItemBytes();
  expect([after(bytes, 80 * KIB, 0), after(bytes, 8000 * KIB, 0), after(bytes, 80_000 * KIB, 0)]).toEqual([32, 4, 1]);
});

test('what is known fades while they go as clones, of which nothing is known', () => {
  const bytes = new ItemBytes();
  expect([after(bytes, 80 * KIB, 0), after(bytes, 0, 0, row, 32), after(bytes, 0, 0, row, 32)]).toEqual([32, 51, 102]);
});

test('and slowly while batches are small for it, which go as clones for that alone', () => {
  const bytes = new ItemBytes();
  expect(after(bytes, 8000 * KIB, 0)).toBe(4);
  const sizes = Array.from({ length: 200 }, () => after(bytes, 0, 0, row, bytes.atMost(1024)));
  expect(sizes.indexOf(32)).toBeGreaterThan(50);
  expect(sizes.at(-1)).toBe(1024);
});

test('of strings and buffers nothing is kept: they are weighed beforehand', () => {
  const bytes = new ItemBytes();
  expect([after(bytes, 8000 * KIB, 0, 'text'), after(bytes, 8000 * KIB, 0, new Uint8Array(9))]).toEqual([1024, 1024]);
});

test('a reply that finished no item, or of lanes where nothing crosses, tells nothing', () => {
  const bytes = new ItemBytes();
  bytes.observe([row], 0, crossed(8000 * KIB, 0));
  bytes.observe([row], 1, { crossing: undefined });
  expect(bytes.atMost(1024)).toBe(1024);
});
