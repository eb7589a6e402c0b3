import { describe, expect, test } from '@jest/globals';
import { rendezvous } from '../runner/rendezvous.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { takeNaps } from './naps.js';

describe('sleepers', () => {
  test('all begin before the first ends, and come back in their order', async () => {
    const told: string[] = [];
    const sleep = rendezvous(5);
    const names = ['a', 'b', 'c', 'd', 'e'];
    expect(await takeNaps(names.map((name) => ({ name, ms: 0, sleep, tell: (line) => told.push(line) })))).toEqual(names);
    expect(told.slice(0, 5)).toEqual(names.map((name) => `${name} begins`));
    expect(told.slice(5).sort()).toEqual(names.map((name) => `${name} ends`));
  });

  test('the command tells of each, and of the whole', async () => {
    const lines = await shortRun('sleepers');
    expect(lines).toHaveLength(11);
    expect(lines.filter((line) => line.endsWith('ends')).sort()).toEqual([1, 2, 3, 4, 5].map((n) => `task ${n} ends`));
    expect(lines.at(-1)).toMatch(/^5 × 0\.005 s of sleep took \d+\.\d\d s on one thread$/);
  });
});
