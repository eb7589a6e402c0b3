import { lines } from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';
import type { RunContender } from '../contender.js';
import { ofOneFile } from '../workloads/measurements.js';
import { StationBytes, type StationSum, StationSums } from '../workloads/station-sums.js';

interface Params {
  readonly path: string;
}

const ofLines = pipeline(import.meta, 'of-lines', ({ path }: Params) =>
  flow(lines.ranges(path)).pipe(
    cpu('sum up', async (range) => {
      const sums = new StationSums();
      for (const line of await lines.linesOf(range)) sums.addLine(line);
      return sums.list();
    }),
  ),
);

const ofBytes = pipeline(import.meta, 'of-bytes', ({ path }: Params) =>
  flow(lines.ranges(path)).pipe(
    cpu('sum up', async (range) => {
      const sums = new StationBytes();
      sums.add(await lines.bytesOf(range));
      return sums.list();
    }),
  ),
);

// It has no cpu stage.
const ofSource = pipeline(import.meta, 'of-source', ({ path }: Params) => flow(lines.read(path)));

export const inLines = (): RunContender => ofOneFile((path) => together(ofLines.iterate({ path })));
export const inBytes = (): RunContender => ofOneFile((path) => together(ofBytes.iterate({ path })));

export const lineByLine = (): RunContender =>
  ofOneFile(async (path) => {
    const sums = new StationSums();
    for await (const line of ofSource.iterate({ path })) sums.addLine(line);
    return sums.list();
  });

async function together(parts: AsyncIterable<StationSum[]>): Promise<StationSum[]> {
  const sums = new StationSums();
  for await (const part of parts) sums.addAll(part);
  return sums.list();
}
