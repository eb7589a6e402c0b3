import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChainSpec, chainToSink, modelOf, type StageSpec, written } from './chain.fixture.js';
import { discrepancies } from './kit.fixture.js';

const size = fc.integer({ min: 1, max: 64 });

const stage: fc.Arbitrary<StageSpec> = fc
  .record({
    kind: fc.constantFrom('io', 'io operators', 'cpu', 'cpu operators', 'cpu inline', 'inline'),
    does: fc.constantFrom('add', 'filter', 'expand'),
    by: fc.constantFrom('value', 'promise', 'generator', 'asyncGenerator'),
    capacity: size,
    window: size,
    order: fc.constantFrom('input', 'none'),
  })
  .map((spec) => spec as StageSpec);

const spec: fc.Arbitrary<ChainSpec & { sinkCapacity: number }> = fc
  .record({
    items: fc.integer({ min: 0, max: 300 }),
    source: fc.constantFrom('array', 'generator', 'asyncGenerator', 'connector'),
    sinkCapacity: size,
    stages: fc.array(stage, { minLength: 1, maxLength: 5 }),
  })
  .map((all) => all as ChainSpec & { sinkCapacity: number });

// To replay a failure: its printed seed and path go here.
const replay: fc.Parameters<unknown> = { seed: 20_261_121 };

function ordered(numbers: readonly number[], { stages }: ChainSpec): number[] {
  return stages.some(({ order }) => order === 'none') ? [...numbers].sort((a, b) => a - b) : [...numbers];
}

async function check(params: ChainSpec & { sinkCapacity: number }, workers: number): Promise<void> {
  const expected = modelOf(params);
  const report = await chainToSink.run(params, { workers });
  expect(ordered(written, params)).toEqual(ordered(expected, params));
  expect(discrepancies(report)).toEqual([]);
  expect({ outcome: report.outcome, delivered: report.delivered }).toEqual({ outcome: 'completed', delivered: expected.length });
  expect(report.stages.map(({ cancelled }) => cancelled)).toEqual(report.stages.map(() => 0));
}

describe('a random chain gives what the plain computation gives, its counts add up, and it stays below its bound', () => {
  test('on the main thread', async () => {
    await fc.assert(
      fc.asyncProperty(spec, (params) => check(params, 0)),
      { ...replay, numRuns: 150 },
    );
  });

  test('on worker threads', async () => {
    await fc.assert(
      fc.asyncProperty(spec, (params) => check(params, 2)),
      { ...replay, numRuns: 60 },
    );
  }, 60_000);
});
