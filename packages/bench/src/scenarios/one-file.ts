import type { Scenario } from '../scenario.js';
import { stationOutcome } from '../workloads/measurements.js';

const millrace = async () => import('../contenders/ranges-millrace.js');
const others = async () => import('../contenders/ranges.js');

export const oneFile: Scenario = {
  name: 'one-file',
  shows: 'Lines of one text file, summed up by station: what it gains to let the lanes read it.',
  items: { full: 32_000_000, quick: 1_000_000, warmUp: 100_000 },
  chart: 'rate',
  contenders: [
    { name: 'Millrace, lines of ranges', role: 'millrace', load: async () => (await millrace()).inLines() },
    { name: 'Millrace, bytes of ranges', role: 'millrace', load: async () => (await millrace()).inBytes() },
    { name: 'Millrace, line by line', role: 'millrace', share: 0.25, load: async () => (await millrace()).lineByLine() },
    { name: 'readline', role: 'naive', share: 0.25, load: async () => (await others()).readline() },
    { name: 'chunks, split', role: 'peer', share: 0.25, load: async () => (await others()).splitInProcess() },
    { name: 'two threads, lines', role: 'peer', load: async () => (await others()).byHand('lines') },
    { name: 'two threads, bytes', role: 'optimum', load: async () => (await others()).byHand('bytes') },
  ],
  targets: [
    { metric: 'rate', contender: 'Millrace, lines of ranges', against: ['readline'], atLeast: 2 },
    { metric: 'rate', contender: 'Millrace, lines of ranges', against: ['two threads, lines'] },
    { metric: 'rate', contender: 'Millrace, bytes of ranges', against: ['two threads, bytes'] },
  ],
  expect: stationOutcome,
};
