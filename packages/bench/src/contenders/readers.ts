import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import Papa from 'papaparse';
import type { RunContender } from '../contender.js';
import type { Tally } from '../tally.js';
import { type Format, files, prepare, recordTally } from '../workloads/records.js';

type ReadFile = (path: string, tally: Tally) => Promise<void>;

/** One file after another, read by the library alone. */
async function reader(format: Format, read: ReadFile): Promise<RunContender> {
  await prepare(format);
  return async (size) => {
    const tally = recordTally();
    for (const path of await files(format, size)) await read(path, tally);
    return tally.outcome;
  };
}

export const papaparse = (): Promise<RunContender> =>
  reader(
    'csv',
    (path, tally) =>
      new Promise((resolve, reject) => {
        Papa.parse(createReadStream(path, { highWaterMark: 128 * 1024 }), {
          header: true,
          chunk: ({ data }) => {
            for (const row of data) tally.add(row);
          },
          complete: () => resolve(),
          error: reject,
        });
      }),
  );

export const readline = (): Promise<RunContender> =>
  reader('ndjson', async (path, tally) => {
    for await (const line of createInterface({ input: createReadStream(path) })) tally.add(JSON.parse(line));
  });

export const splitAndParse = (): Promise<RunContender> =>
  reader('ndjson', async (path, tally) => {
    let rest = '';
    for await (const text of createReadStream(path, { encoding: 'utf8', highWaterMark: 128 * 1024 })) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) tally.add(JSON.parse(line));
    }
  });

export const hyparquet = (): Promise<RunContender> =>
  reader('parquet', async (path, tally) => {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      for (const row of await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd })) tally.add(row);
      rowStart = rowEnd;
    }
  });
