import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RunReport, StageError } from '@millrace/core';
import fc from 'fast-check';
import { type BranchSpec, type GraphSpec, graph, type Item, modelOf, type Piece, sunk } from './graph.fixture.js';
import { discrepancies } from './kit.fixture.js';

const size = fc.integer({ min: 1, max: 32 });

const stage = fc.record({
  kind: fc.constant('stage' as const),
  body: fc.constantFrom('io' as const, 'cpu' as const, 'cpu inline' as const, 'inline' as const),
  does: fc.constantFrom('pass' as const, 'filter' as const),
  capacity: size,
  window: size,
});
const taking = fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 0, max: 20 }) });
const failing = fc.record({ kind: fc.constant('fail' as const), at: fc.integer({ min: 0, max: 60 }) });

/** Pieces in a row; branches within branches up to a depth. */
function piecesOf(plain: fc.Arbitrary<Piece>, depth: number): fc.Arbitrary<readonly Piece[]> {
  if (depth === 0) return fc.array(plain, { maxLength: 2 });
  const inside = piecesOf(plain, depth - 1);
  const branch: fc.Arbitrary<BranchSpec> = fc.record({ pieces: inside, closes: fc.boolean(), sinkCapacity: size });
  const tee = fc.record({ kind: fc.constant('tee' as const), branch: inside, sinkCapacity: size });
  const route = fc.record({ kind: fc.constant('route' as const), branches: fc.array(branch, { minLength: 2, maxLength: 3 }) });
  return fc.array(fc.oneof<fc.Arbitrary<Piece>[]>(plain, plain, tee, route), { maxLength: 3 });
}

function graphs(plain: fc.Arbitrary<Piece>): fc.Arbitrary<GraphSpec> {
  return fc.record({
    sources: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 3 }),
    pieces: piecesOf(plain, 2),
    sinkCapacity: size,
  });
}

// To replay a failure: its printed seed and path go here.
const replay: fc.Parameters<unknown> = { seed: 20_261_122 };

const byNumber = (items: readonly Item[]): Item[] =>
  [...items].sort((a, b) => a.n - b.n || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

/** Items of one source that went one way. */
function ways(items: readonly Item[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { n, path } of items) {
    const way = `${Math.floor(n / 10_000)}${path}`;
    found.set(way, [...(found.get(way) ?? []), n]);
  }
  return found;
}

async function check(spec: GraphSpec, workers: number): Promise<void> {
  const expected = modelOf(spec);
  const report = await graph.run(spec, { workers });
  expect([...sunk.items.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [sink, items] of sunk.items) {
    expect(byNumber(items)).toEqual(byNumber(expected.get(sink)!));
    for (const numbers of ways(items).values()) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
  expect(discrepancies(report)).toEqual([]);
  expect(report.stages.map(({ cancelled }) => cancelled)).toEqual(report.stages.map(() => 0));
  expect(sunk.committed.size).toBe(expected.size);
}

/** However it ends: it does, all or none of the sinks have committed, each was released once, and the counts add up. */
async function checkEnd(spec: GraphSpec, workers: number): Promise<void> {
  const sinks = modelOf(spec).size;
  const ended = await graph.run(spec, { workers }).then(
    (report) => ({ report, failed: false }),
    (error: StageError & { report: RunReport }) => ({ report: error.report, failed: true }),
  );
  expect(discrepancies(ended.report)).toEqual([]);
  expect([sunk.committed.size, sunk.aborted.size]).toEqual(ended.failed ? [0, sinks] : [sinks, 0]);
}

describe('a random graph', () => {
  beforeEach(() => {
    sunk.items.clear();
    sunk.committed.clear();
    sunk.aborted.clear();
  });
  const fresh = (): void => {
    sunk.items.clear();
    sunk.committed.clear();
    sunk.aborted.clear();
  };
  const runs = (checked: typeof check, workers: number, plain: fc.Arbitrary<Piece>, numRuns: number): Promise<void> =>
    fc.assert(fc.asyncProperty(graphs(plain), (spec) => checked(spec, workers)).beforeEach(fresh), { ...replay, numRuns });

  test(
    'G15 G16 gives what the plain computation gives: to each sink, and in order along each way',
    () => runs(check, 0, stage, 100),
    60_000,
  );

  test('G15 G16 G18 the same with cpu stages in lanes', () => runs(check, 2, stage, 12), 60_000);

  test(
    'G8 G15 with branches that end early, the counts add up and all sinks commit',
    () => runs(checkEnd, 0, fc.oneof(stage, taking), 100),
    60_000,
  );

  test(
    'G9 G15 with items that fail, either all sinks commit or none',
    () => runs(checkEnd, 0, fc.oneof(stage, taking, failing), 100),
    60_000,
  );

  test('G9 G15 G18 the same with cpu stages in lanes', () => runs(checkEnd, 2, fc.oneof(stage, taking, failing), 12), 60_000);
});
