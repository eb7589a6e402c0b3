import type { Pull } from '@millrace/core';
import { DataError } from '../errors.js';
import { originsIn } from '../file/origins.js';
import { countLineFeeds, positionAt } from '../file/position.js';
import { maxPull } from '../pulls.js';
import type { AgreeOnHeader } from './header-agreement.js';
import { type FieldProblem, isBlank, Layout } from './layout.js';
import type { CsvReadOptions } from './read-options.js';
import type { RecordBlock } from './records.js';
import type { Row } from './row-builder.js';
import { type Dialect, fieldStart, recordStarts } from './scan.js';

/**
 * Makes rows of records. The rows before a bad one are delivered before its error is thrown.
 *
 * @param known how they become rows, where that is known: then the first record is one like the others
 */
export async function* rowPulls(
  blocks: AsyncIterable<RecordBlock>,
  file: string,
  dialect: Dialect,
  options: CsvReadOptions,
  agree?: AgreeOnHeader,
  known?: Layout,
): AsyncGenerator<Pull<Row>, void, undefined> {
  const { header = true, columns = [], types = {}, skipBlankLines = false } = options;
  let layout = known ?? (header ? undefined : Layout.ofColumns(columns, types));
  for await (const block of blocks) {
    let record = 0;
    if (layout === undefined) {
      while (skipBlankLines && record < block.records.length && isBlank(block.records[record]!)) record++;
      const names = block.records[record];
      if (names === undefined) continue;
      const found = agree?.(names, file) ?? Layout.ofHeader(names, options);
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

/**
 * Places are looked up in the block's text, all at once, and only when somebody asks: rows cost nothing for them. A run keeps what this
 * returns for many pulls, so it must not hold the records: they would all outlive their time in the young generation.
 */
function originOf({ text, line }: RecordBlock, slice: RowSlice, file: string, dialect: Dialect): (index: number) => string {
  const { first, records } = slice;
  let lines: readonly number[] | undefined;
  return originsIn(text, slice.rows.length, (index) => {
    lines ??= recordLines(text, line, dialect);
    return `${file}:${lines[records?.[index] ?? first + index]}:1`;
  });
}

/** The physical line that each record starts on. */
function recordLines(text: string, line: number, dialect: Dialect): number[] {
  let current = line;
  return recordStarts(text, dialect).map((start, record, starts) => {
    if (record > 0) current += countLineFeeds(text.slice(starts[record - 1], start));
    return current;
  });
}

function faultOf(
  { text, line: first }: RecordBlock,
  record: number,
  fault: FieldProblem,
  file: string,
  dialect: Dialect,
): DataError {
  const start = recordStarts(text, dialect)[record] ?? text.length;
  const { line, column } = positionAt(text, fieldStart(text, dialect, start, fault.field), first);
  return new DataError(file, line, column, fault.problem);
}
