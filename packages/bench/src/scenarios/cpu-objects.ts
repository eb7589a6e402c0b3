import type { Scenario } from '../scenario.js';
import { objects } from '../workloads/objects.js';
import { outcomeOf } from '../workloads/workload.js';

const perWorker = 64;

export const cpuObjects: Scenario = {
  name: 'cpu-objects',
  shows:
    'Small objects through a trivial task on two workers, from a generator into a tally, in order: the price of handing an item over.',
  items: { full: 3_000_000, quick: 300_000, warmUp: 50_000 },
  chart: 'rate',
  contenders: [
    {
      name: 'Millrace',
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-cpu.js')).millraceCpu(objects),
    },
    {
      name: 'Millrace, map of a pool',
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-map.js')).millraceMap(objects),
    },
    {
      name: 'Piscina',
      role: 'peer',
      package: 'piscina',
      share: 0.1,
      load: async () => (await import('../contenders/piscina.js')).piscina(objects, { perWorker }),
    },
    {
      name: 'tinypool',
      role: 'peer',
      package: 'tinypool',
      share: 0.1,
      load: async () => (await import('../contenders/tinypool.js')).tinypool(objects, { perWorker }),
    },
    {
      name: 'workerpool',
      role: 'peer',
      package: 'workerpool',
      share: 0.05,
      load: async () => (await import('../contenders/workerpool.js')).workerPool(objects, { perWorker }),
    },
    {
      name: 'threads.js Pool',
      role: 'peer',
      package: 'threads',
      share: 0.01,
      load: async () => (await import('../contenders/threads-pool.js')).threadsPool(objects),
    },
    {
      name: 'postMessage, 1 item',
      role: 'peer',
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(objects, { encoding: 'item', batch: 1, inFlight: perWorker }),
    },
    {
      name: 'postMessage, 256 items',
      role: 'peer',
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(objects, { encoding: 'clones', batch: 256, inFlight: 2 }),
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
  targets: [
    { metric: 'rate', contender: 'Millrace', against: ['Piscina'], atLeast: 20 },
    { metric: 'rate', contender: 'Millrace', against: ['postMessage, 1 item'], atLeast: 2.5 },
    { metric: 'rate', contender: 'Millrace', against: ['hand-written, 512 records'], atLeast: 0.5 },
  ],
  expect: (size) => outcomeOf(objects, size),
};
