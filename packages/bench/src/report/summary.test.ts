import { describe, expect, test } from '@jest/globals';
import type { Contender } from '../contender.js';
import type { ContenderResult } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import { summarize, warningsOf } from './summary.js';

function result(
  name: string,
  role: Contender['role'],
  items: number,
  elapsedMs: readonly number[],
  failure?: string,
): ContenderResult {
  const measures = elapsedMs.map((ms) => ({
    items,
    count: items,
    checksum: 1,
    elapsedMs: ms,
    startMs: 1,
    cpuMs: ms,
    peakBytes: 1e6,
    mainBusy: 0.5,
  }));
  const contender: Contender = {
    name,
    role,
    package: `package of ${name}`,
    load: () => Promise.reject(new Error('not loaded here')),
  };
  return { contender, size: { items, turnsPerMs: 1 }, measures, ...(failure === undefined ? {} : { failure }) };
}

const scenario: Scenario = {
  name: 'one',
  shows: 'something',
  items: { full: 1, quick: 1, warmUp: 1 },
  chart: 'rate',
  contenders: [],
  targets: [{ metric: 'rate', contender: 'A', against: ['best'], atLeast: 0.5 }],
  expect: () => ({ count: 1, checksum: 1 }),
};

describe('a summary', () => {
  const results = [
    result('A', 'millrace', 1000, [100, 200, 400]),
    result('slow', 'naive', 100, [100, 100, 100]),
    result('best', 'optimum', 1000, [100, 100, 100]),
    result('broken', 'peer', 1000, [100], 'wrong result'),
  ];
  const { contenders, targets } = summarize(scenario, results, (name) => name.toUpperCase());
  const [a, slow, best, broken] = contenders;

  test('has medians, least and most of every metric that was measured', () => {
    expect(a!.metrics.rate).toEqual({ median: 5000, min: 2500, max: 10_000 });
    expect(a!.metrics.cpu).toEqual({ median: 200, min: 100, max: 400 });
    expect(a!.metrics).not.toHaveProperty('p50');
  });

  test('compares by items a second, however many items each was given', () => {
    expect(a!.ratios).toEqual({ naive: 5, optimum: 0.5 });
    expect(slow!.ratios).toEqual({ naive: 1, optimum: 0.1 });
    expect(targets).toEqual([expect.objectContaining({ value: 0.5, met: true, shown: '0.500×' })]);
  });

  test('gives no figure of a contender that failed in any round', () => {
    expect(broken).toMatchObject({ metrics: {}, ratios: {}, failure: 'wrong result' });
  });

  test('names the versions', () => {
    expect(best!.version).toBe('PACKAGE OF BEST');
  });

  test('compares with the reference that was given as many items, where there are several', () => {
    const twice = [...results, result('best of 100', 'optimum', 100, [5])];
    const { contenders: more } = summarize(scenario, twice, () => undefined);
    expect(more[1]!.ratios.optimum).toBeCloseTo(0.05);
    expect(more[0]!.ratios.optimum).toBeCloseTo(0.5);
  });
});

describe('a warning', () => {
  test('comes from neither an idle machine nor the load that the bench itself makes', () => {
    expect(warningsOf({ load: { before: 0.1, after: 2 }, shares: [0, 0.05, 0.1] }, 2)).toEqual([]);
  });

  test('tells the load that was there before', () => {
    expect(warningsOf({ load: { before: 1.5, after: 2 }, shares: [] }, 2)).toEqual([
      'the machine was busy before the bench began: load 1.50 on 2 cores',
    ]);
  });

  test('tells how often and how much others used the cores', () => {
    expect(warningsOf({ load: { before: 0, after: 0 }, shares: [0, 0.2, 0.456] }, 2)).toEqual([
      'the machine was busy: before 2 of 3 trials others used more than 10% of its cores, at most 46%',
    ]);
  });
});
