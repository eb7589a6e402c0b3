import type { Pull } from '@millrace/core';
import { DataError } from '../errors.js';
import { positionAt } from '../file/position.js';
import { maxPull } from '../pulls.js';
import { type FieldProblem, isBlank, Layout } from './layout.js';
import type { CsvReadOptions } from './read-options.js';
import type { RecordBlock } from './records.js';
import type { Row } from './row-builder.js';
import { type Dialect, offsetOf } from './scan.js';

/** Makes rows of records. The rows before a bad one are delivered before its error is thrown. */
export async function* rowPulls(
  blocks: AsyncIterable<RecordBlock>,
  file: string,
  dialect: Dialect,
  options: CsvReadOptions,
): AsyncGenerator<Pull<Row>, void, undefined> {
  const { header = true, columns = [], types = {}, skipBlankLines = false } = options;
  let layout = header ? undefined : Layout.ofColumns(columns, types);
  for await (const block of blocks) {
    let record = 0;
    if (layout === undefined) {
      while (skipBlankLines && record < block.records.length && isBlank(block.records[record]!)) record++;
      const names = block.records[record];
      if (names === undefined) continue;
      const found = Layout.ofHeader(names, options);
      if (!(found instanceof Layout)) throw faultOf(block, record, found, file, dialect);
      layout = found;
      record++;
    }
    while (record < block.records.length) {
      const slice = takeRows(block, record, layout, skipBlankLines);
      if (slice.rows.length > 0) yield { items: slice.rows, origin: originOf(block, slice, file, dialect) };
      if (slice.problem !== undefined) throw faultOf(block, slice.next, slice.problem, file, dialect);
      record = slice.next;
    }
  }
}

/** The rows of one pull: of the records from `first` on, before `next`. */
interface RowSlice {
  readonly rows: Row[];
  readonly first: number;
  readonly next: number;
  /** Record of each row; undefined while no record was skipped, so that they follow each other. */
  readonly records: readonly number[] | undefined;
  /** What is wrong with record `next`. */
  readonly problem?: FieldProblem;
}

function takeRows(block: RecordBlock, first: number, layout: Layout, skipBlankLines: boolean): RowSlice {
  const rows: Row[] = [];
  const records: number[] | undefined = skipBlankLines ? [] : undefined;
  let next = first;
  for (; next < block.records.length && rows.length < maxPull; next++) {
    const record = block.records[next]!;
    if (skipBlankLines && isBlank(record)) continue;
    const problem = layout.admit(record);
    if (problem !== undefined) return { rows, first, next, records, problem };
    rows.push(layout.rowOf(record));
    records?.push(next);
  }
  return { rows, first, next, records };
}

/** Places are looked up in the block's text only when somebody asks: rows cost nothing for them. */
function originOf(block: RecordBlock, { first, records }: RowSlice, file: string, dialect: Dialect): (index: number) => string {
  return (index) => {
    const record = records?.[index] ?? first + index;
    const { line, column } = positionAt(block.text, offsetOf(block.text, dialect, record, 0), block.line);
    return `${file}:${line}:${column}`;
  };
}

function faultOf(
  block: RecordBlock,
  record: number,
  { field, problem }: FieldProblem,
  file: string,
  dialect: Dialect,
): DataError {
  const { line, column } = positionAt(block.text, offsetOf(block.text, dialect, record, field), block.line);
  return new DataError(file, line, column, problem);
}
