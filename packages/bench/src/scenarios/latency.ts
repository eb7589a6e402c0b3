import type { Scenario } from '../scenario.js';
import { objects } from '../workloads/objects.js';
import { outcomeOf } from '../workloads/workload.js';

export const latency: Scenario = {
  name: 'latency',
  shows: 'One object to a worker and back, the next one when it has come: how long a lone item waits.',
  items: { full: 50_000, quick: 5_000, warmUp: 2_000 },
  chart: 'p50',
  contenders: [
    {
      name: "Millrace's pool",
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-pool.js')).millracePoolOneByOne(objects),
    },
    {
      name: 'Piscina',
      role: 'peer',
      package: 'piscina',
      load: async () => (await import('../contenders/piscina.js')).piscinaOneByOne(objects),
    },
    {
      name: 'a worker for each item',
      role: 'naive',
      share: 0.001,
      load: async () => (await import('../contenders/hand-written.js')).workerPerItem(objects),
    },
    {
      name: 'postMessage',
      role: 'optimum',
      load: async () => (await import('../contenders/hand-written.js')).handWrittenOneByOne(objects),
    },
  ],
  targets: [{ metric: 'p50', contender: "Millrace's pool", against: ['postMessage'], atMost: 2 }],
  expect: (size) => outcomeOf(objects, size),
};
