import { resolve } from 'node:path';
import type { Sink } from '@millrace/core';
import { AtomicFile, checkWritable } from '../file/atomic-file.js';
import { checkDeclaration } from '../options.js';
import { loadWriter } from './driver.js';
import { RowGroupWriter } from './row-group-writer.js';
import { type ParquetWriteOptions, writeRules } from './write-options.js';

/**
 * Writes objects as the rows of a Parquet file. The file appears at the commit, whole; a failed or cancelled run leaves no file and an
 * existing one untouched. What is held is one row group; it is packed on the main thread when it is full.
 *
 * Nothing is lost in silence: a key that is no column, and a value that does not fit the type of its column, are an `ItemError`; see
 * {@link ParquetColumnType}. A run without items and without `schema` writes a file that has no columns, which some programs refuse.
 *
 * @throws OptionError at the declaration; MissingPackageError, FileError and ItemError while writing
 *
 * @example
 * ```ts
 * import { parquet } from '@millrace/connectors';
 * import { flow, pipeline } from '@millrace/core';
 *
 * const rows = [{ airport: 'ANC', day: '2026-11-26', price: 12.5 }];
 * const schema = { airport: 'string', day: 'date', price: 'decimal(9,2)?' } as const;
 * const report = pipeline(import.meta, 'report', () => flow(rows).to(parquet.write('report.parquet', { schema })));
 * await report.run();
 *
 * console.log(await flow(parquet.read('report.parquet')).toArray()); // [{ airport: 'ANC', day: '2026-11-26', price: '12.50' }]
 * ```
 */
export function write(path: string, options?: ParquetWriteOptions): Sink<object> {
  checkDeclaration('parquet.write', path, options, writeRules);
  return {
    name: 'parquet',
    target: resolve(path),
    check: async () => {
      await loadWriter();
      await checkWritable(path);
    },
    open: async ({ signal }) => {
      signal.throwIfAborted();
      const driver = await loadWriter();
      const file = await AtomicFile.create(path);
      if (signal.aborted) {
        await file.abort();
        throw signal.reason;
      }
      return new RowGroupWriter(driver, file, options ?? {});
    },
  };
}
