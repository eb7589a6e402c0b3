import { cpu, flow, pipeline } from '@millrace/core';

/** A task that reads a flow of its own, in a lane. */
export const readsFlows = pipeline(import.meta, 'reads-flows', () =>
  flow([1, 2, 3]).pipe(
    cpu('sum', async (n: number) => {
      const parts = await flow(Array.from({ length: n }, () => n)).toArray();
      return parts.reduce((sum, part) => sum + part, 0);
    }),
  ),
);
