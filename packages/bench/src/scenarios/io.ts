import type { Contender } from '../contender.js';
import { concurrency, inRuns, type Wait } from '../contenders/io-run.js';
import type { Scenario } from '../scenario.js';
import { numbers } from '../workloads/numbers.js';
import { outcomeOf } from '../workloads/workload.js';

export const ioImmediate: Scenario = {
  name: 'io-immediate',
  shows: 'Tasks that resolve at once, 64 at a time, in runs of 10,000 items: the price of bounding and ordering them.',
  items: { full: 5_000_000, quick: 200_000, warmUp: 20_000 },
  chart: 'rate',
  contenders: [
    ...contenders('none', { oneAfterTheOther: 1, effect: 0.02 }),
    {
      name: 'Millrace, one run',
      role: 'millrace',
      load: async () =>
        inRuns(numbers, 'none', (await import('../contenders/io-millrace.js')).millraceIo, Number.POSITIVE_INFINITY),
    },
    {
      name: 'RxJS mergeMap, one run',
      role: 'peer',
      package: 'rxjs',
      share: 0.1,
      load: async () =>
        inRuns(numbers, 'none', (await import('../contenders/io-rxjs.js')).rxjsMergeMap, Number.POSITIVE_INFINITY),
    },
  ],
  targets: [
    { metric: 'rate', contender: 'Millrace', against: ['RxJS mergeMap'], atLeast: 1.3 },
    { metric: 'rate', contender: 'Millrace, one run', against: ['RxJS mergeMap'], atLeast: 1.3 },
    { metric: 'rate', contender: 'Millrace', against: ['Node Readable.map'], atLeast: 3 },
    { metric: 'rate', contender: 'Millrace', against: ['p-map'], atLeast: 1 },
    { metric: 'rate', contender: 'Millrace', against: ['Effect Stream.mapEffect'], atLeast: 1 },
    { metric: 'rate', contender: 'Millrace', against: ['bounded loop'] },
  ],
  expect: (size) => outcomeOf(numbers, size),
};

const waitMs = 20;

export const io20ms: Scenario = {
  name: 'io-20ms',
  shows: 'Tasks that wait for 20 ms, 64 at a time: whether 64 are always under way.',
  items: { full: 9_600, quick: 3_200, warmUp: 640 },
  chart: 'rate',
  contenders: contenders({ ms: waitMs }, { oneAfterTheOther: 1 / concurrency, effect: 1 }),
  targets: [
    {
      metric: 'rate',
      contender: 'Millrace',
      against: { name: `64 tasks every ${waitMs} ms`, value: (concurrency / waitMs) * 1000 },
      atLeast: 0.97,
    },
  ],
  expect: (size) => outcomeOf(numbers, size),
};

function contenders(wait: Wait, shares: { readonly oneAfterTheOther: number; readonly effect: number }): readonly Contender[] {
  return [
    {
      name: 'Millrace',
      role: 'millrace',
      load: async () => inRuns(numbers, wait, (await import('../contenders/io-millrace.js')).millraceIo),
    },
    {
      name: 'RxJS mergeMap',
      role: 'peer',
      package: 'rxjs',
      load: async () => inRuns(numbers, wait, (await import('../contenders/io-rxjs.js')).rxjsMergeMap),
    },
    {
      name: 'Node Readable.map',
      role: 'peer',
      load: async () => inRuns(numbers, wait, (await import('../contenders/io-plain.js')).nodeMap),
    },
    {
      name: 'p-map',
      role: 'peer',
      package: 'p-map',
      load: async () => inRuns(numbers, wait, (await import('../contenders/io-p-map.js')).pMapAll),
    },
    {
      name: 'Effect Stream.mapEffect',
      role: 'peer',
      package: 'effect',
      share: shares.effect,
      load: async () => inRuns(numbers, wait, (await import('../contenders/io-effect.js')).effectMapEffect),
    },
    {
      name: 'one after the other',
      role: 'naive',
      share: shares.oneAfterTheOther,
      load: async () => inRuns(numbers, wait, (await import('../contenders/io-plain.js')).oneAfterTheOther),
    },
    {
      name: 'bounded loop',
      role: 'optimum',
      load: async () => inRuns(numbers, wait, (await import('../contenders/io-plain.js')).boundedLoop),
    },
  ];
}
