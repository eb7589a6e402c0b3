import { oneLoop } from '../contenders/operators.js';
import type { Scenario } from '../scenario.js';

export const operators: Scenario = {
  name: 'operators',
  shows: 'Numbers from an array through map, filter and map of RxJS into a tally: the price of a pipeline around operators.',
  items: { full: 5_000_000, quick: 1_000_000, warmUp: 200_000 },
  chart: 'rate',
  contenders: [
    {
      name: 'Millrace',
      role: 'millrace',
      load: async () => (await import('../contenders/operators-millrace.js')).millraceOperators,
    },
    {
      name: 'RxJS alone',
      role: 'peer',
      package: 'rxjs',
      load: async () => (await import('../contenders/operators-rxjs.js')).rxjsOperators,
    },
    {
      name: 'Node streams',
      role: 'peer',
      share: 0.05,
      load: async () => (await import('../contenders/operators.js')).nodeStreams,
    },
    {
      name: 'array methods',
      role: 'naive',
      load: async () => (await import('../contenders/operators.js')).arrayMethods,
    },
    {
      name: 'one loop',
      role: 'optimum',
      load: async () => async (size) => oneLoop(size),
    },
  ],
  targets: [
    { metric: 'rate', contender: 'Millrace', against: ['RxJS alone'], atLeast: 0.5 },
    { metric: 'rate', contender: 'Millrace', against: ['Node streams'], atLeast: 3 },
  ],
  expect: oneLoop,
};
