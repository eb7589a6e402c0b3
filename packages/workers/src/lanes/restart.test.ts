import { expect, test } from '@jest/globals';
import { RestartBudget } from './restart.js';

test('a budget allows so many restarts within any minute', () => {
  let now = 0;
  const budget = new RestartBudget(2, () => now);
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  now = 59_999;
  expect(budget.spend()).toBe(false);
  now = 60_000;
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
});

test('a budget of none allows none', () => {
  expect(new RestartBudget(0, () => 0).spend()).toBe(false);
});
