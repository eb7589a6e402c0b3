import type { Contender } from '../contender.js';
import type { Scenario, Target } from '../scenario.js';
import { longSpin, shortSpin } from '../workloads/spin.js';
import { outcomeOf, type Workload } from '../workloads/workload.js';

/** What differs between tasks of 0.1 ms and of 1 ms. */
interface Shape {
  readonly workload: Workload;
  /** Items of a message of the hand-written loop. */
  readonly batch: number;
  /** Tasks that a peer is given ahead, for each worker. */
  readonly perWorker: number;
}

/** How much of what two cores give is left when items and outputs have to cross. */
const ofTheMachine: Target = { metric: 'rate', contender: 'Millrace', against: ['threads by themselves'] };

// Half a minute on two workers, and a second before as warm-up: starting threads and compiling, which take a second of CPU time, are to
// weigh little.

export const cpuTenth: Scenario = {
  name: 'cpu-0.1ms',
  shows: 'Tasks that compute for 0.1 ms: whether two workers are worth their trouble.',
  items: { full: 400_000, quick: 10_000, warmUp: 9_000 },
  chart: 'rate',
  contenders: contenders({ workload: shortSpin, batch: 16, perWorker: 64 }),
  targets: [
    { metric: 'rate', contender: 'Millrace', against: ['loop in process'], atLeast: 1.8 },
    { metric: 'rate', contender: 'Millrace', against: ['hand-written'], atLeast: 0.95 },
    ofTheMachine,
  ],
  expect: (size) => outcomeOf(shortSpin, size),
};

export const cpuWhole: Scenario = {
  name: 'cpu-1ms',
  shows:
    'Tasks that compute for 1 ms: two workers should do nearly twice as much as one thread, and leave the main thread alone.',
  items: { full: 60_000, quick: 2_000, warmUp: 1_800 },
  chart: 'rate',
  contenders: contenders({ workload: longSpin, batch: 1, perWorker: 4 }),
  targets: [
    { metric: 'rate', contender: 'Millrace', against: ['loop in process'], atLeast: 1.92 },
    { metric: 'rate', contender: 'Millrace', against: ['hand-written'], atLeast: 0.95 },
    { metric: 'mainBusy', contender: 'Millrace', atMost: 0.05 },
    ofTheMachine,
  ],
  expect: (size) => outcomeOf(longSpin, size),
};

function contenders({ workload, batch, perWorker }: Shape): readonly Contender[] {
  return [
    {
      name: 'Millrace',
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-cpu.js')).millraceCpu(workload),
    },
    {
      name: 'Piscina',
      role: 'peer',
      package: 'piscina',
      share: 0.5,
      load: async () => (await import('../contenders/piscina.js')).piscina(workload, { perWorker }),
    },
    {
      name: 'tinypool',
      role: 'peer',
      package: 'tinypool',
      share: 0.5,
      load: async () => (await import('../contenders/tinypool.js')).tinypool(workload, { perWorker }),
    },
    {
      name: 'workerpool',
      role: 'peer',
      package: 'workerpool',
      share: 0.5,
      load: async () => (await import('../contenders/workerpool.js')).workerPool(workload, { perWorker }),
    },
    {
      name: 'loop in process',
      role: 'naive',
      load: async () => (await import('../contenders/in-process.js')).inProcess(workload),
    },
    {
      name: 'hand-written',
      role: 'optimum',
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(workload, { encoding: 'clones', batch, inFlight: 2 }),
    },
    {
      name: 'threads by themselves',
      role: 'limit',
      load: async () => (await import('../contenders/bare-threads.js')).bareThreads(workload),
    },
  ];
}
