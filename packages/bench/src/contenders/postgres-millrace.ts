import { postgres } from '@millrace/connectors';
import { flow, pipeline } from '@millrace/core';
import type { RunContender, Size } from '../contender.js';
import { tableRows } from '../workloads/table-rows.js';
import { intoTable } from './postgres-table.js';

interface Params {
  readonly url: string;
  readonly size: Size;
}

const copying = pipeline(import.meta, 'copying', ({ url, size }: Params) =>
  flow(() => tableRows(size)).to(postgres.write(url, { table: 'target' })),
);

export const millraceCopy = (): Promise<RunContender> =>
  intoTable(async (url, size) => {
    await copying.run({ url, size });
  });
