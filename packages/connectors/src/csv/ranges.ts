import type { Source } from '@millrace/core';
import { OptionError } from '../errors.js';
import { type FileRange, type FileRangesOptions, fileRangesRules, rangeSource } from '../file/file-ranges.js';
import type { InputPaths } from '../file/input-paths.js';
import { chunksOf, inPlace, readRange } from '../file/range-text.js';
import { textBlocks } from '../file/text-blocks.js';
import { valueShown } from '../value-shown.js';
import { headerAgreement } from './header-agreement.js';
import { readHeaderLine } from './header-line.js';
import { Layout } from './layout.js';
import { dialectOf } from './read.js';
import {
  type ColumnTypes,
  type CsvReadOptions,
  type CsvRow,
  checkReadOptions,
  defaultMaxRecordBytes,
  readRules,
} from './read-options.js';
import { recordBlocks } from './records.js';
import { rowPulls } from './row-pulls.js';
import type { Dialect } from './scan.js';

/** Options of `csv.ranges`: those of `csv.read`, and the size of a range. */
export interface CsvRangesOptions extends CsvReadOptions, FileRangesOptions {}

declare const rowType: unique symbol;

/** A part of a CSV file behind its header: small plain data that goes to a worker, which reads the records there. */
export interface CsvRange<Row extends object = Record<string, string>> extends FileRange {
  /** Names in the header of the file; absent where it has none. */
  readonly header?: readonly string[];
  /** How its records are read: as was said to `ranges`. */
  readonly options: CsvReadOptions;
  /** Never there. It is the type of a row, for `rowsOf`. */
  readonly [rowType]?: Row;
}

const { rangeBytes } = fileRangesRules;

/**
 * CSV files cut up into ranges of bytes, as small descriptions, for a cpu stage that reads and parses each where it computes, by
 * {@link rowsOf}: so lanes parse one large file side by side, and only results travel. Options and the type of a row are those of `csv.read`.
 * The header is read here, and is part of no range. As `lines.ranges` otherwise.
 *
 * **Each record must be one line**, as ranges are cut at line ends: a line break in quotes, which `csv.read` takes, is an error, wherever
 * the cuts fall.
 *
 * @throws OptionError at the declaration; FileError and DataError while reading
 *
 * @example
 * ```ts
 * import { csv, ndjson } from '@millrace/connectors';
 * import { cpu, flow, pipeline } from '@millrace/core';
 *
 * export const totals = pipeline(import.meta, 'totals', ({ file }: { file: string }) =>
 *   flow(csv.ranges(file, { columns: ['total'], types: { total: 'number' } }))
 *     .pipe(cpu('sum', async (range) => (await csv.rowsOf(range)).reduce((sum, { total }) => sum + total, 0)))
 *     .to(ndjson.write('totals.ndjson')),
 * );
 * ```
 */
export function ranges<const Column extends string = string, const Types extends ColumnTypes = Record<never, never>>(
  paths: InputPaths,
  options?: CsvRangesOptions & { readonly columns?: readonly Column[] | undefined; readonly types?: Types | undefined },
): Source<CsvRange<CsvRow<Column, Types>>>;
export function ranges<Row extends object>(paths: InputPaths, options?: CsvRangesOptions): Source<CsvRange<Row>>;
export function ranges(paths: InputPaths, options: CsvRangesOptions = {}): Source<CsvRange<object>> {
  checkReadOptions('csv.ranges', paths, options, { ...readRules, rangeBytes });
  return recordRanges('csv', paths, options);
}

/** Of options that have been checked. */
export function recordRanges(name: string, paths: InputPaths, options: CsvRangesOptions): Source<CsvRange<object>> {
  const { rangeBytes, allowEmpty, ...reading } = options;
  const dialect = lineDialect(reading);
  return rangeSource<CsvRange<object>>(name, paths, { rangeBytes, allowEmpty }, () => {
    const agree = reading.columns === undefined ? headerAgreement() : undefined;
    return async (file) => {
      if (reading.header === false) return { start: 0, told: (range) => ({ ...range, options: reading }) };
      const found = await readHeaderLine(file, dialect, reading, agree);
      const header = found?.names ?? [];
      return { start: found?.end ?? file.size, told: (range) => ({ ...range, header, options: reading }) };
    };
  });
}

/**
 * The rows of the records of a range, all at once, as `csv.read` gives them. Where a record is faulty, the error names its place in the file;
 * to find that takes a look at the file before the range.
 *
 * @param range what `ranges` gave, here or in another process that sees the same file
 * @throws OptionError; FileError, also when the file has become shorter; DataError
 *
 * @example
 * ```ts
 * import { type CsvRange, csv } from '@millrace/connectors';
 *
 * export async function unpaid(range: CsvRange<{ id: string; paidAt: string }>): Promise<string[]> {
 *   const orders = await csv.rowsOf(range);
 *   return orders.filter(({ paidAt }) => paidAt === '').map(({ id }) => id);
 * }
 * ```
 */
export async function rowsOf<Row extends object>(range: CsvRange<Row>): Promise<Row[]> {
  const maxBytes = range?.options?.maxRecordBytes ?? defaultMaxRecordBytes;
  const text = await readRange('csv.rowsOf', range, maxBytes);
  const { path, options } = range;
  if (typeof options !== 'object') {
    throw new OptionError(
      'csv.rowsOf',
      'range',
      `it takes a range of a file, as csv.ranges gives them, not ${valueShown(range)}`,
    );
  }
  checkReadOptions('csv.rowsOf', path, options);
  const dialect = lineDialect(options);
  const layout = layoutOf(range);
  return inPlace(text, async (start) => {
    const rows: object[] = [];
    const records = recordBlocks(textBlocks(chunksOf(text), path, maxBytes, start), path, dialect, maxBytes);
    for await (const { items } of rowPulls(records, path, dialect, options, undefined, layout)) {
      for (const row of items) rows.push(row);
    }
    return rows as Row[];
  });
}

function lineDialect(options: CsvReadOptions): Dialect {
  return { ...dialectOf(options), isLineEach: true };
}

/** The last layout, and what it was made of: a lane reads range after range of the same file, and rows of one layout share their shape. */
let lastLayout: { readonly key: string; readonly layout: Layout } | undefined;

function layoutOf({ header = [], options }: CsvRange<object>): Layout {
  const { columns = [], types = {} } = options;
  const key = JSON.stringify([header, options.header, options.columns, types]);
  if (lastLayout?.key === key) return lastLayout.layout;
  const layout = options.header === false ? Layout.ofColumns(columns, types) : Layout.ofHeader(header, options);
  // The header was looked at when the file was cut up.
  if (!(layout instanceof Layout)) throw new TypeError(`this is no range that csv.ranges gave: ${layout.problem}`);
  lastLayout = { key, layout };
  return layout;
}
