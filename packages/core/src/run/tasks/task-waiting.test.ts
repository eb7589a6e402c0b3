import { expect, test } from '@jest/globals';
import { Edge } from '../../queue/index.js';
import { ManualTimers } from '../../timers.fixture.js';
import type { Work } from '../executor.js';
import { Meter } from '../measure/meter.js';
import { planOf, RecordingHost } from '../stage.fixture.js';
import { TaskStage } from './task-stage.js';

/** A stage with a window of four whose executor does nothing by itself. */
function open() {
  const input = new Edge(100);
  let work: Work | undefined;
  new TaskStage(
    { ...planOf('task', { window: 4 }), kind: 'cpu' },
    { input, output: new Edge(100) },
    new RecordingHost(),
    new Meter(0),
    (of) => {
      work = of;
      return { ...{ running: 0, load: 0, lanes: [], figures: {} }, advance: () => {}, stop: () => {} };
    },
    { retry: { attempts: 2, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false }, timers: new ManualTimers() },
  );
  const push = (items: number): void => {
    for (let i = 0; i < items; i += 1) input.push(i, i);
  };
  return { push, work: work! };
}

test('items wait for an executor as far as the window has room for them', () => {
  const { push, work } = open();
  expect(work.waiting()).toBe(0);
  push(3);
  expect(work.waiting()).toBe(3);
  push(7);
  expect(work.waiting()).toBe(4);
  work.admit();
  work.admit();
  expect(work.waiting()).toBe(2);
});

test('an item waits again when its next attempt is due', () => {
  const { push, work } = open();
  push(10);
  const slots = Array.from({ length: 4 }, work.admit);
  expect(work.waiting()).toBe(0);
  work.failed(slots[1]!, new Error('once'));
  expect(work.waiting()).toBe(1);
  expect(work.admit()).toBe(slots[1]);
  expect(work.waiting()).toBe(0);
});
