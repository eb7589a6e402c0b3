import { expect, test } from '@jest/globals';
import { capacities, chainOf, checkPairs, consumers, inNoProcess, partsOf, walkOver } from './stage-pairs.fixture.js';

// The ordinary tests have all pairs on threads with one capacity and one consumer.
const cases = capacities.flatMap((capacity) => consumers.map((consumer) => [capacity, consumer] as const));

test.each(cases)(
  'each pair of stages gives the right items on threads, with capacity %i, to the %s',
  async (capacity, consumer) => {
    const parts = partsOf(walkOver(inNoProcess), 21);
    for (const part of parts) await checkPairs(chainOf(part, capacity, true), consumer);
    expect(parts.flat().length).toBeGreaterThan(inNoProcess.length ** 2);
  },
);
