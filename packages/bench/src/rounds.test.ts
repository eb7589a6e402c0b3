import { describe, expect, test } from '@jest/globals';
import { bench, hasFailures } from './bench.js';
import { playRounds, type RoundsOptions } from './rounds.js';
import type { Scenario } from './scenario.js';
import { everyone, three, wrong } from './trial/suite.fixture.js';

const suite = new URL('./trial/suite.fixture.js', import.meta.url).href;
const options = { suite, rounds: 3, quick: true, turnsPerMs: 1, limitMs: 25_000, before: async () => {} };

function only(scenario: Scenario, ...names: string[]): Scenario {
  return { ...scenario, contenders: scenario.contenders.filter(({ name }) => names.includes(name)) };
}

describe('rounds', () => {
  test('interleave the contenders, begin with another one each, and leave out one that has failed', async () => {
    const order: string[] = [];
    const before: RoundsOptions['before'] = async ({ name }, round) => void order.push(`${round} ${name}`);
    const results = await playRounds(three, { ...options, before });
    expect(order).toEqual(['0 good', '0 loses', '0 also good', '1 also good', '1 good', '2 also good', '2 good']);
    expect(results.map(({ measures }) => measures.length)).toEqual([3, 0, 3]);
  });

  test('fail a contender whose outputs are too few, or not those that are due', async () => {
    const [loses, reorders] = await playRounds(wrong, { ...options, rounds: 1 });
    expect(loses!.failure).toMatch(/^wrong result: 99 outputs with checksum -?\d+, where 100 with -?\d+ were due$/);
    expect(reorders!.failure).toMatch(/^wrong result: 100 outputs with checksum/);
  });

  test('give a contender its share of the items, one at least', async () => {
    const [good] = only(everyone, 'good').contenders;
    const scenario = { ...everyone, contenders: [{ ...good!, share: 0.05 }] };
    const [result] = await playRounds(scenario, { ...options, rounds: 1 });
    expect(result).toMatchObject({ size: { items: 5 }, measures: [{ items: 5, count: 5 }] });
    const [least] = await playRounds({ ...scenario, items: { ...scenario.items, quick: 2 } }, { ...options, rounds: 1 });
    expect(least).toMatchObject({ size: { items: 1 }, measures: [{ count: 1 }] });
  });
});

describe('the bench', () => {
  const quiet = { begun: () => {}, trying: () => {}, measured: () => {} };
  const run = (scenario: Scenario) => bench({ ...options, command: 'npm run bench', scenarios: [scenario], rounds: 1 }, quiet);

  test('fails when one contender does, and reports the others', async () => {
    const report = await run(only(three, 'good', 'loses'));
    expect(hasFailures(report)).toBe(true);
    const [good, loses] = report.scenarios[0]!.contenders;
    expect(good!.metrics.rate).toBeDefined();
    expect(loses).toMatchObject({ failure: expect.stringContaining('wrong result'), metrics: {} });
  });

  test('reports the machine, and how busy it was before each trial', async () => {
    const report = await run(only(three, 'good'));
    expect(hasFailures(report)).toBe(false);
    expect(report).toMatchObject({ command: 'npm run bench', rounds: 1, quick: true, machine: { node: process.version } });
    expect(report.busy.shares).toHaveLength(1);
    for (const share of report.busy.shares) expect(share >= 0 && share <= 1).toBe(true);
  });
});
