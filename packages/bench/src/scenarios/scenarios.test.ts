import { describe, expect, test } from '@jest/globals';
import { postgresObstacle } from '../contenders/postgres-table.js';
import type { ContenderReport } from '../report/report.js';
import { judge } from '../report/target.js';
import { type ContenderResult, playRounds } from '../rounds.js';
import { versionOf } from '../versions.js';
import { scenarios } from './scenarios.js';

test('scenarios have names of their own', () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
});

describe.each(scenarios)('$name', ({ contenders, targets, items, expect: outcomeOf }) => {
  test('has the naive way and the hand-written optimum beside Millrace', () => {
    const roles = contenders.map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(['millrace', 'naive', 'optimum']));
    expect(new Set(contenders.map(({ name }) => name)).size).toBe(contenders.length);
  });

  test('speaks in its targets of its contenders', () => {
    const reports = contenders.map(
      ({ name, role }): ContenderReport => ({
        name,
        role,
        items: 1,
        rounds: [],
        metrics: {},
        ratios: {},
      }),
    );
    for (const target of targets) expect(judge(target, reports).met).toBeNull();
  });

  test('pins the versions of peers', () => {
    for (const { package: name } of contenders) if (name !== undefined) expect(versionOf(name)).toMatch(/^\d/);
  });

  test('has more items in a full run than in a quick one, and fewest to warm up', () => {
    expect(items.full).toBeGreaterThan(items.quick);
    expect(items.quick).toBeGreaterThan(items.warmUp);
  });

  test('tells the outcome of other numbers of items apart', () => {
    const size = { items: 101, turnsPerMs: 1 };
    expect(outcomeOf(size)).toEqual(outcomeOf(size));
    expect(outcomeOf(size)).not.toEqual(outcomeOf({ ...size, items: 99 }));
  });
});

// The peers do not change: they are tried whenever the bench is run.
test.each([
  ['cpu-objects', 'Millrace'],
  ['latency', "Millrace's pool"],
  ['memory', 'Millrace, 3 stages, all'],
  ['io-immediate', 'Millrace'],
  ['operators', 'Millrace'],
  ['readers', 'Parquet, Millrace'],
  ['one-file', 'Millrace, lines of ranges'],
  ['one-file', 'Millrace, bytes of ranges'],
])('in %s, %s comes to the right result', async (scenarioName, name) => {
  expect(await played(scenarioName, name, 25_000)).toMatchObject([{ measures: [{ items: 100 }] }]);
});

const why = postgresObstacle();
if (why === undefined) {
  test('in postgres-copy, Millrace comes to the right result', async () => {
    // It starts a server.
    expect(await played('postgres-copy', 'Millrace', 28_000)).toMatchObject([{ measures: [{ items: 100 }] }]);
  });
} else {
  process.stderr.write(`DID NOT RUN: postgres-copy: ${why}\n`);
  test.skip(`DID NOT RUN: postgres-copy: ${why}`, () => undefined);
}

async function played(scenarioName: string, name: string, limitMs: number): Promise<readonly ContenderResult[]> {
  const scenario = scenarios.find((each) => each.name === scenarioName)!;
  const contenders = scenario.contenders.filter((contender) => contender.name === name);
  const small = { ...scenario, contenders, items: { full: 200, quick: 100, warmUp: 10 } };
  const suite = new URL('./scenarios.js', import.meta.url).href;
  return playRounds(small, { suite, rounds: 1, quick: true, turnsPerMs: 1, limitMs, before: async () => {} });
}
