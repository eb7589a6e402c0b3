import { describe, expect, test } from '@jest/globals';
import {
  around,
  capacities,
  chainOf,
  checkPairs,
  consumers,
  inNoProcess,
  onMain,
  partsOf,
  walkOver,
} from './stage-pairs.fixture.js';

// The ordinary tests have all pairs of any two of these: stages, capacity and consumer.
const cases = capacities.flatMap((capacity) => consumers.map((consumer) => [capacity, consumer] as const));

describe.each(cases)('each pair of stages gives the right items, with capacity %i, to the %s', (capacity, consumer) => {
  test('on the main thread', async () => {
    const parts = partsOf(walkOver(onMain), 8);
    for (const part of parts) await checkPairs(chainOf(part, capacity, false), consumer);
    expect(parts.flat().length).toBeGreaterThan(onMain.length ** 2);
  });

  test('on threads', async () => {
    const parts = partsOf(walkOver(inNoProcess), 21);
    for (const part of parts) await checkPairs(chainOf(part, capacity, true), consumer);
    expect(parts.flat().length).toBeGreaterThan(inNoProcess.length ** 2);
  });

  test('in one chain of all that runs on threads and what lies beside it', async () => {
    const spec = chainOf(walkOver(around), capacity, true, true);
    expect(spec.stages).toHaveLength(around.length ** 2 + 1);
    await checkPairs(spec, consumer);
  });
});
