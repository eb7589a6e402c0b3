import type { Contender } from '../contender.js';
import type { Scenario } from '../scenario.js';
import type { Format } from '../workloads/records.js';
import { recordOutcome } from '../workloads/records.js';

const library = async () => import('../contenders/readers.js');

export const readers: Scenario = {
  name: 'readers',
  shows:
    'Files of 100,000 rows, read into a tally, by a pipeline and by the library alone: what strictness, types and the pipeline cost.',
  items: { full: 2_000_000, quick: 300_000, warmUp: 20_000 },
  chart: 'rate',
  contenders: [
    millrace('csv', 'CSV'),
    { name: 'CSV, papaparse', role: 'peer', package: 'papaparse', load: async () => (await library()).papaparse() },
    millrace('ndjson', 'NDJSON'),
    { name: 'NDJSON, split and JSON.parse', role: 'optimum', load: async () => (await library()).splitAndParse() },
    { name: 'NDJSON, readline and JSON.parse', role: 'naive', load: async () => (await library()).readline() },
    millrace('parquet', 'Parquet'),
    { name: 'Parquet, hyparquet', role: 'peer', package: 'hyparquet', load: async () => (await library()).hyparquet() },
  ],
  targets: [
    { metric: 'rate', contender: 'CSV, Millrace', against: ['CSV, papaparse'], atLeast: 0.8 },
    { metric: 'rate', contender: 'NDJSON, Millrace', against: ['NDJSON, split and JSON.parse'], atLeast: 0.8 },
    { metric: 'rate', contender: 'Parquet, Millrace', against: ['Parquet, hyparquet'], atLeast: 0.8 },
  ],
  expect: recordOutcome,
};

function millrace(format: Format, title: string): Contender {
  return {
    name: `${title}, Millrace`,
    role: 'millrace',
    load: async () => (await import('../contenders/readers-millrace.js')).millraceReader(format),
  };
}
