import { csv, ndjson, parquet } from '@millrace/connectors';
import { flow, pipeline, type Source } from '@millrace/core';
import type { RunContender } from '../contender.js';
import type { Tally } from '../tally.js';
import { type Format, files, prepare, recordTally } from '../workloads/records.js';
import { tallySink } from './millrace-tally.js';

const readers: Readonly<Record<Format, (path: string) => Source<unknown>>> = {
  csv: (path) => csv.read(path),
  ndjson: (path) => ndjson.read(path),
  parquet: (path) => parquet.read(path),
};

interface Params {
  readonly format: Format;
  readonly path: string;
  readonly tally: Tally;
}

// It has no cpu stage: no worker calls the factory, and params are not cloned.
const reading = pipeline(import.meta, 'reading', ({ format, path, tally }: Params) =>
  flow(readers[format](path)).to(tallySink(() => tally)),
);

export async function millraceReader(format: Format): Promise<RunContender> {
  await prepare(format);
  return async (size) => {
    const tally = recordTally();
    for (const path of await files(format, size)) await reading.run({ format, path, tally });
    return tally.outcome;
  };
}
