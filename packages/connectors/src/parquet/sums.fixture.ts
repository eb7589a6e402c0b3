import { parquet } from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';

/** The sum of a column, computed where the row group is read. */
export const sums = pipeline(import.meta, 'sums-of-row-groups', ({ path }: { path: string }) =>
  flow(parquet.rowGroups(path)).pipe(
    cpu('sum', async (group) => {
      const { id } = await parquet.columnsOf<{ id: number }>(group, { columns: ['id'] });
      let sum = 0;
      for (let row = 0; row < id.length; row += 1) sum += id[row]!;
      return { index: group.index, sum };
    }),
  ),
);
