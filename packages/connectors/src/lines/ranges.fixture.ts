import { lines } from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';

interface Params {
  readonly path: string;
  readonly rangeBytes: number;
}

/** How many lines each range has, counted where it is read. */
export const counts = pipeline(import.meta, 'counts-of-lines', ({ path, rangeBytes }: Params) =>
  flow(lines.ranges(path, { rangeBytes })).pipe(cpu('count', async (range) => (await lines.linesOf(range)).length)),
);
