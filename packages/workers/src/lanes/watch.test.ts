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

test('an item is overdue when it was seen for its limit and the slack of its lane', () => {
  const { watch, overdue, at } = watched();
  watch.add(1, 160);
  for (let ms = 0; ms <= 180; ms += 10) at(ms, { batch: 1, index: 3 });
  expect(overdue).toEqual([]);
  at(190, { batch: 1, index: 3 });
  expect(overdue).toEqual([[190, { batch: 1, index: 3 }, 'the task took longer than its timeout of 160 ms']]);
  watch.clear();
});

test('each item has the time for itself, and so has one that was paused', () => {
  const { watch, overdue, at } = watched();
  watch.add(1, 100);
  at(0, { batch: 1, index: 0 });
  at(90, { batch: 1, index: 1 });
  at(180, { batch: 1, index: 1 });
  watch.remove(1);
  watch.add(1, 100);
  at(260, { batch: 1, index: 1 });
  at(350, { batch: 1, index: 1 });
  at(380, 'none');
  at(400, { batch: 2, index: 1 });
  at(900, { batch: 2, index: 1 });
  expect(overdue).toEqual([]);
  watch.clear();
});

test('what cannot be told has the longest limit', () => {
  const { watch, overdue, at } = watched();
  watch.add(1, 160);
  watch.add(2, 320);
  at(0, 'unknown');
  at(200, 'unknown');
  expect(overdue).toEqual([]);
  at(360, 'unknown');
  expect(overdue).toHaveLength(1);
  watch.clear();
});
