import { describe, expect, test } from '@jest/globals';
import { type Kind, kinds } from './fault-stage.fixture.js';
import {
  around,
  type Consumer,
  capacities,
  chainOf,
  checkPairs,
  consumers,
  inNoProcess,
  onMain,
  partsOf,
  walkOver,
} from './stage-pairs.fixture.js';

describe('R1 R2 each pair of stages that run on the main thread gives the right items', () => {
  test.each(capacities)('with capacity %i, to all consumers', async (capacity) => {
    for (const part of partsOf(walkOver(onMain), 8)) {
      for (const consumer of consumers) await checkPairs(chainOf(part, capacity, false), consumer);
    }
  });
});

describe('R1 R2 each pair of stages gives the right items on threads', () => {
  test.each(partsOf(walkOver(inNoProcess), 21))('with capacity 1: %s …', async (...part) => {
    await checkPairs(chainOf(part, 1, true), 'sink');
  });
});

test('R1 R2 each pair of stages of which one is in a process gives the right items', async () => {
  const walk = kinds.flatMap((kind): Kind[] => ['cpu process', kind]);
  await checkPairs(chainOf(walk, 16, true), 'sink');
}, 90_000);

describe('R1 R2 one chain in which every kind of stage that runs on threads follows every kind, and those beside them', () => {
  const cases = capacities.flatMap((capacity) => consumers.map((consumer): [number, Consumer] => [capacity, consumer]));
  test.each(cases)('with capacity %i, to the %s', async (capacity, consumer) => {
    const spec = chainOf(walkOver(around), capacity, true, true);
    expect(spec.stages).toHaveLength(around.length ** 2 + 1);
    await checkPairs(spec, consumer);
  });
});
