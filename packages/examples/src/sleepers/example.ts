import { setTimeout as sleep } from 'node:timers/promises';
import { example as declare } from '../runner/example.js';
import { stopwatch } from '../runner/stopwatch.js';
import { takeNaps } from './naps.js';

export const example = declare(
  {
    tasks: { doc: 'tasks that sleep', default: 5, short: 5 },
    ms: { doc: 'how long each sleeps, in ms', default: 2_000, short: 5, min: 0 },
  },
  async ({ tasks, ms }, print) => {
    const elapsed = stopwatch();
    const naps = Array.from({ length: tasks }, (_, index) => ({ name: `task ${index + 1}`, ms, sleep, tell: print }));
    const names = await takeNaps(naps);
    print(`${names.length} × ${ms / 1000} s of sleep took ${elapsed()} on one thread`);
  },
);
