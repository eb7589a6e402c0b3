import { expect, test } from '@jest/globals';
import { Mapping } from './mapping.js';
import type { Poked, Turner } from './supply.js';

const channel: Poked = { poke: () => undefined, giveUp: () => undefined };

test('large buffers fill a batch before it has the items that it may hold, and fewer are read ahead', async () => {
  let read = 0;
  function* buffers(): Generator<Uint8Array> {
    for (;;) {
      read += 1;
      yield new Uint8Array(65_536);
    }
  }
  const supplies = new Set<Turner>();
  const mapping = new Mapping({
    ...{ items: buffers(), outcomes: 'values in order', bufferSize: 4096, chunkSize: undefined, workers: 2, graceMs: 100 },
    ...{ begin: () => channel, enter: (turner) => supplies.add(turner), onOver: () => undefined },
  });
  void mapping.next();
  const [supply] = supplies;
  const sizes = Array.from({ length: 100 }, () => supply!.take(64)!.items.length);
  expect(new Set(sizes)).toEqual(new Set([16]));
  expect(read).toBeLessThanOrEqual(100 * 16 + 2 * 64);
  await mapping.return();
});
