import type { Scenario } from '../scenario.js';
import { tableOutcome } from '../workloads/table-rows.js';

const byDriver = async () => import('../contenders/postgres-driver.js');

export const postgresCopy: Scenario = {
  name: 'postgres-copy',
  shows:
    'Objects as rows of a table of PostgreSQL on this machine, in one transaction: what a pipeline and its checks cost beside COPY alone.',
  obstacle: async () => (await import('../contenders/postgres-table.js')).postgresObstacle(),
  items: { full: 1_000_000, quick: 100_000, warmUp: 20_000 },
  chart: 'rate',
  contenders: [
    {
      name: 'Millrace',
      role: 'millrace',
      load: async () => (await import('../contenders/postgres-millrace.js')).millraceCopy(),
    },
    {
      name: 'pg, insert of each row',
      role: 'naive',
      package: 'pg',
      share: 0.005,
      load: async () => (await byDriver()).insertEach(),
    },
    {
      name: 'pg-copy-streams, chunks of text',
      role: 'optimum',
      package: 'pg-copy-streams',
      load: async () => (await byDriver()).copyStreams(),
    },
  ],
  targets: [{ metric: 'rate', contender: 'Millrace', against: ['pg-copy-streams, chunks of text'], atLeast: 0.8 }],
  expect: tableOutcome,
};
