import { csv } from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';

interface Params {
  readonly path: string;
  readonly rangeBytes: number;
}

/** The sum of a column, computed where the range is read; the types are those of the declaration. */
export const totals = pipeline(import.meta, 'totals-of-ranges', ({ path, rangeBytes }: Params) =>
  flow(csv.ranges(path, { columns: ['total'], types: { total: 'number' }, rangeBytes })).pipe(
    cpu('sum', async (range) => (await csv.rowsOf(range)).reduce((sum, { total }) => sum + total, 0)),
  ),
);
