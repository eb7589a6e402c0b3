import { expect, test } from '@jest/globals';
import { type RunningNow, Watch } from './watch.js';

function watched(): {
  readonly watch: Watch;
  readonly overdue: unknown[];
  readonly at: (ms: number, running: RunningNow) => void;
} {
  const overdue: unknown[] = [];
  let now = 0;
  let current: RunningNow = 'none';
  const watch = new Watch({
    running: () => current,
    onOverdue: (running, { message }) => overdue.push([now, running, message]),
    now: () => now,
  });
  const at = (ms: number, running: RunningNow): void => {
    now = ms;
    current = running;
    watch.look();
  };
  return { watch, overdue, at };
}

const item = (batch: number, index: number): RunningNow => ({ batch, index, exact: true });

test('an item is overdue when it was seen for its limit and the slack of its lane', () => {
  const { watch, overdue, at } = watched();
  watch.add(1, 160);
  for (let ms = 0; ms <= 180; ms += 10) at(ms, item(1, 3));
  expect(overdue).toEqual([]);
  at(190, item(1, 3));
  expect(overdue).toEqual([[190, item(1, 3), 'the task took longer than its timeout of 160 ms']]);
  watch.clear();
});

test('each item has the time for itself, and so has one that was paused', () => {
  const { watch, overdue, at } = watched();
  watch.add(1, 100);
  at(0, item(1, 0));
  at(90, item(1, 1));
  at(180, item(1, 1));
  watch.remove(1);
  watch.add(1, 100);
  at(260, item(1, 1));
  at(350, item(1, 1));
  at(380, 'none');
  at(400, item(2, 1));
  at(900, item(2, 1));
  expect(overdue).toEqual([]);
  watch.clear();
});

test('what a thread stands still is not counted beyond two looks: the timer of the lane comes first', () => {
  const { watch, overdue, at } = watched();
  watch.add(1, 160);
  for (let ms = 0; ms <= 100; ms += 10) at(ms, item(1, 3));
  for (let ms = 1000; ms <= 1060; ms += 10) at(ms, item(1, 3));
  expect(overdue).toEqual([]);
  at(1070, item(1, 3));
  expect(overdue).toHaveLength(1);
  watch.clear();
});
