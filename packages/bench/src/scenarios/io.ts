import type { Contender } from '../contender.js';
import { concurrency, inRuns, type Wait } from '../contenders/io-run.js';
import type { Scenario } from '../scenario.js';
import { numbers } from '../workloads/numbers.js';
import { outcomeOf } from '../workloads/workload.js';

export const ioImmediate: Scenario = {
  name: 'io-immediate',
  shows: 'Tasks that resolve at once, 64 at a time, in runs of 10,000 items: the price of bounding and ordering them.',
  items: { full: 1_000_000, quick: 200_000, warmUp: 20_000 },
  chart: 'rate',
  contenders: contenders('none', { oneAfterTheOther: 1 }),
  targets: [
    { metric: 'rate', contender: 'Millrace', against: ['RxJS mergeMap'] },
    { metric: 'rate', contender: 'Millrace', against: ['Node Readable.map'] },
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
  contenders: contenders({ ms: waitMs }, { oneAfterTheOther: 1 / concurrency }),
  targets: [
    {
      metric: 'rate',
      contender: 'Millrace',
      against: { name: `64 tasks every ${waitMs} ms`, value: (concurrency / waitMs) * 1000 },
    },
  ],
  expect: (size) => outcomeOf(numbers, size),
};

function contenders(wait: Wait, shares: { readonly oneAfterTheOther: number }): readonly Contender[] {
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
