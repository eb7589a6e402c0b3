import type { Contender } from '../contender.js';
import type { Scenario } from '../scenario.js';
import { objects } from '../workloads/objects.js';
import { outcomeOf } from '../workloads/workload.js';

const tenth = 0.1;

export const memory: Scenario = {
  name: 'memory',
  shows: 'The same pipelines over a tenth of the items and over all of them: memory must not grow with the items.',
  items: { full: 10_000_000, quick: 1_000_000, warmUp: 20_000 },
  chart: 'peak',
  contenders: [
    ...both({
      name: 'Millrace, 1 stage',
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-cpu.js')).millraceCpu(objects),
    }),
    ...both({
      name: 'Millrace, 3 stages',
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-cpu.js')).millraceThreeStages(objects),
    }),
    ...both({
      name: 'arrays in process',
      role: 'naive',
      load: async () => (await import('../contenders/in-process.js')).arrayMap(objects),
    }),
    ...both({
      name: 'hand-written, 512 records',
      role: 'optimum',
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(objects, { encoding: 'records', batch: 512, inFlight: 2 }),
    }),
  ],
  targets: ['Millrace, 1 stage', 'Millrace, 3 stages'].map((name) => ({
    metric: 'peak',
    contender: `${name}, all`,
    against: [`${name}, a tenth`],
    atMost: 1.2,
  })),
  expect: (size) => outcomeOf(objects, size),
};

function both(contender: Contender): readonly Contender[] {
  return [
    { ...contender, name: `${contender.name}, a tenth`, share: tenth },
    { ...contender, name: `${contender.name}, all` },
  ];
}
