import type { Scenario } from '../scenario.js';
import { buffers, strings } from '../workloads/payloads.js';
import { outcomeOf } from '../workloads/workload.js';

export const strings1k: Scenario = {
  name: 'strings-1k',
  shows: 'Strings of 1 KB to two workers and back: what a copy of text costs.',
  items: { full: 8_000_000, quick: 50_000, warmUp: 10_000 },
  chart: 'rate',
  contenders: [
    {
      name: 'Millrace',
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-cpu.js')).millraceCpu(strings),
    },
    {
      name: 'Piscina',
      role: 'peer',
      package: 'piscina',
      share: 0.05,
      load: async () => (await import('../contenders/piscina.js')).piscina(strings, { perWorker: 64 }),
    },
    {
      name: 'postMessage, 1 string',
      role: 'peer',
      share: 0.25,
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(strings, { encoding: 'item', batch: 1, inFlight: 64 }),
    },
    {
      name: 'loop in process',
      role: 'naive',
      load: async () => (await import('../contenders/in-process.js')).inProcess(strings),
    },
    {
      name: 'hand-written, 64 strings',
      role: 'optimum',
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(strings, { encoding: 'clones', batch: 64, inFlight: 2 }),
    },
  ],
  targets: [
    { metric: 'rate', contender: 'Millrace', against: ['hand-written, 64 strings', 'postMessage, 1 string'], atLeast: 1 },
  ],
  expect: (size) => outcomeOf(strings, size),
};

export const buffers64k: Scenario = {
  name: 'buffers-64k',
  shows: 'Buffers of 64 KB to two workers and back: what a copy of bytes costs beside handing them over.',
  items: { full: 50_000, quick: 5_000, warmUp: 1_000 },
  chart: 'rate',
  contenders: [
    {
      name: 'Millrace',
      role: 'millrace',
      load: async () => (await import('../contenders/millrace-cpu.js')).millraceMoved(buffers),
    },
    {
      name: 'Piscina',
      role: 'peer',
      package: 'piscina',
      load: async () => (await import('../contenders/piscina.js')).piscina(buffers, { perWorker: 8 }),
    },
    {
      name: 'postMessage, copied',
      role: 'peer',
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(buffers, { encoding: 'item', batch: 1, inFlight: 8 }),
    },
    {
      name: 'loop in process',
      role: 'naive',
      load: async () => (await import('../contenders/in-process.js')).inProcess(buffers),
    },
    {
      name: 'hand-written, items kept',
      role: 'peer',
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(buffers, {
          encoding: 'copies',
          outputs: 'transfer',
          batch: 1,
          inFlight: 8,
        }),
    },
    {
      name: 'hand-written, handed over',
      role: 'optimum',
      load: async () =>
        (await import('../contenders/hand-written.js')).handWritten(buffers, { encoding: 'transfer', batch: 1, inFlight: 8 }),
    },
  ],
  targets: [
    { metric: 'rate', contender: 'Millrace', against: ['hand-written, handed over', 'postMessage, copied'], atLeast: 1 },
    { metric: 'rate', contender: 'Millrace', against: ['hand-written, items kept'] },
  ],
  expect: (size) => outcomeOf(buffers, size),
};
