import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChainSpec, chainToSink, modelOf, type StageSpec, written } from './chain.fixture.js';
import { discrepancies } from './kit.fixture.js';

const size = fc.integer({ min: 1, max: 64 });

const stage: fc.Arbitrary<StageSpec> = fc
  .record({
    kind: fc.constantFrom('io', 'io operators', 'cpu', 'cpu fusible', 'cpu operators', 'cpu inline', 'inline'),
    does: fc.constantFrom('add', 'filter', 'expand'),
    by: fc.constantFrom('value', 'promise', 'generator', 'asyncGenerator'),
    capacity: size,
    window: size,
    order: fc.constantFrom('input', 'none'),
  })
  .map((spec) => spec as StageSpec);

const sized = {
  items: fc.integer({ min: 0, max: 300 }),
  source: fc.constantFrom('array' as const, 'generator' as const, 'asyncGenerator' as const, 'connector' as const),
  sinkCapacity: size,
};
const spec = fc.record({ ...sized, stages: fc.array(stage, { minLength: 1, maxLength: 5 }) });

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

const fusible = stage.map((spec): StageSpec => ({ ...spec, kind: 'cpu fusible', order: 'input' }));

describe('a random chain gives what the plain computation gives, its counts add up, and it stays below its bound', () => {
  test('on the main thread', async () => {
    await fc.assert(
      fc.asyncProperty(spec, (params) => check(params, 0)),
      { ...replay, numRuns: 80 },
    );
  });

  test('on worker threads', async () => {
    await fc.assert(
      fc.asyncProperty(spec, (params) => check(params, 2)),
      { ...replay, numRuns: 25 },
    );
  }, 120_000);

  test('in one visit to a lane for several stages', async () => {
    const fused = fc.record({ ...sized, stages: fc.array(fusible, { minLength: 2, maxLength: 4 }) });
    await fc.assert(
      fc.asyncProperty(fused, async (params) => {
        expect(
          chainToSink
            .plan(params)
            .stages.slice(1, -1)
            .map(({ fusedWith }) => fusedWith.length),
        ).toEqual(params.stages.map(() => params.stages.length - 1));
        await check(params, 2);
      }),
      { ...replay, numRuns: 15 },
    );
  }, 120_000);
});
