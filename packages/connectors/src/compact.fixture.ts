import * as all from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';

/** What a lane makes of the package, and of a CSV file that a task reads by it. */
export const seen = pipeline(import.meta, 'seen', (file: string) =>
  flow([file]).pipe(
    cpu('see', async (path) => ({
      entry: import.meta.resolve('@millrace/connectors'),
      names: Object.keys(all),
      rows: await flow(all.csv.read(path)).toArray(),
      failure: await flow(all.csv.read(`${path}.missing`))
        .toArray()
        .catch((error: Error) => error.cause instanceof all.FileError),
    })),
  ),
);
