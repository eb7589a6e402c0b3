import type { Scenario } from '../scenario.js';
import { objects } from '../workloads/objects.js';
import { outcomeOf } from '../workloads/workload.js';

export const cpuGuarded: Scenario = {
  name: 'cpu-guarded',
  shows: 'The small objects of cpu-objects, with retry, a time limit and a listener to the events of the run: what care costs.',
  items: { full: 3_000_000, quick: 300_000, warmUp: 50_000 },
  chart: 'rate',
  contenders: [
    {
      name: 'Millrace, guarded',
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-guarded.js')).millraceGuarded(objects),
    },
    {
      name: 'Millrace, plain',
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-cpu.js')).millraceCpu(objects),
    },
    {
      name: 'loop in process',
      role: 'naive',
      load: async () => (await import('../contenders/in-process.js')).inProcess(objects),
    },
    {
      name: 'hand-written, 512 records',
      role: 'optimum',
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(objects, { encoding: 'records', batch: 512, inFlight: 2 }),
    },
  ],
  targets: [{ metric: 'rate', contender: 'Millrace, guarded', against: ['Millrace, plain'], atLeast: 0.8 }],
  expect: (size) => outcomeOf(objects, size),
};
