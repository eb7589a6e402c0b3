import { describe, expect, test } from '@jest/globals';
import { type Kind, kinds } from './fault-stage.fixture.js';
import {
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

// Every pair of stages meets every capacity and every consumer, and these meet each other; `npm run soak` has all of their products.
const consumerOf = (part: number, capacity: number): Consumer => consumers[(part + capacity) % consumers.length]!;
const covering = (parts: readonly Kind[][]) =>
  parts.flatMap((part, i) =>
    capacities.map((capacity, j): [Kind, number, Consumer, Kind[]] => [part[0]!, capacity, consumerOf(i, j), part]),
  );

describe.each<[string, readonly Kind[], number, boolean]>([
  ['on the main thread', onMain, 8, false],
  ['on threads', inNoProcess, 25, true],
])('R1 R2 each pair of stages gives the right items %s', (_, of, length, lanes) => {
  const cases = covering(partsOf(walkOver(of), length));

  test.each(cases)('from %s …, with capacity %i, to the %s', async (_, capacity, consumer, part) => {
    await checkPairs(chainOf(part, capacity, lanes, false, 30), consumer);
  });

  test('none is left out: with each capacity, to each consumer', () => {
    const met = new Set(
      cases.flatMap(([, capacity, consumer, part]) =>
        part
          .slice(1)
          .flatMap((kind, i) => [
            [part[i], kind, capacity].join(),
            [part[i], kind, consumer].join(),
            [capacity, consumer].join(),
          ]),
      ),
    );
    const [pairs, c, k] = [of.length ** 2, capacities.length, consumers.length];
    expect(met.size).toBe(pairs * c + pairs * k + c * k);
  });
});

test('R1 R2 each pair of stages of which one is in a process gives the right items', async () => {
  const walk = kinds.flatMap((kind): Kind[] => ['cpu process', kind]);
  await checkPairs(chainOf(walk, 16, true, false, 30), 'sink');
}, 90_000);
