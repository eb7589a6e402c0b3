import Papa from 'papaparse';
import { DataError } from '../errors.js';
import { countLineFeeds, positionAt } from '../file/position.js';
import { isOver, type TextBlock } from '../file/text-blocks.js';
import { type Dialect, recordStarts, scanRecords } from './scan.js';

/** Some whole records of a file, as fields. */
export interface RecordBlock {
  readonly records: readonly string[][];
  /** What they were parsed from: places are found in it when an error needs one. */
  readonly text: string;
  /** Physical line that the text begins with, 1-based. */
  readonly line: number;
}

/**
 * Parses blocks of lines into records; a record whose quotes hold line breaks may reach over many blocks. All records before a fault
 * are delivered before it is thrown, wherever the blocks were cut.
 *
 * @param maxRecordBytes longest record; it bounds what is held while the end of one is looked for
 * @throws DataError
 */
export async function* recordBlocks(
  blocks: AsyncIterable<TextBlock>,
  file: string,
  dialect: Dialect,
  maxRecordBytes: number,
): AsyncGenerator<RecordBlock, void, undefined> {
  const cutter = new RecordCutter(file, dialect, maxRecordBytes);
  try {
    for await (const block of blocks) yield* cutter.take(block);
  } catch (error) {
    // What was read before the fault and is whole comes first.
    yield* cutter.flush(false);
    throw error;
  }
  yield* cutter.flush(true);
}

const longRest = 64 * 1024;

class RecordCutter {
  readonly #file: string;
  readonly #dialect: Dialect;
  readonly #maxRecordBytes: number;
  readonly #parser: Papa.Parser;
  /** Physical line that the held text begins with. */
  #line = 1;
  #held: string[] = [];
  #heldLength = 0;
  /** Length at which the held text is scanned again. A short rest is scanned with each block, so that a record of a live pipe comes at
   * once; a long one when it has doubled, else a record over many blocks would cost O(n²). */
  #scanAt = 0;

  constructor(file: string, dialect: Dialect, maxRecordBytes: number) {
    this.#file = file;
    this.#dialect = dialect;
    this.#maxRecordBytes = maxRecordBytes;
    this.#parser = new Papa.Parser({
      delimiter: dialect.delimiter,
      newline: '\n',
      header: false,
      ...(dialect.quote === undefined ? { fastMode: true } : { quoteChar: dialect.quote }),
    });
  }

  *take({ text, line }: TextBlock): Generator<RecordBlock, void, undefined> {
    if (this.#held.length === 0) this.#line = line;
    this.#held.push(text);
    this.#heldLength += text.length;
    if (this.#heldLength >= this.#scanAt || this.#heldLength > this.#maxRecordBytes) yield* this.flush(false);
  }

  *flush(isFinal: boolean): Generator<RecordBlock, void, undefined> {
    const text = this.#held.length === 1 ? this.#held[0]! : this.#held.join('');
    if (text === '') return;
    // From here on nothing is held twice: should this end in a fault, the caller flushes once more.
    this.#hold('');
    const { end, clean, fault } = scanRecords(text, this.#dialect, isFinal);
    const line = this.#line;
    if (end > 0) yield* this.#block(end === text.length ? text : text.slice(0, end), clean, line);
    if (fault !== undefined) throw this.#fault(text, fault.offset, line, fault.problem);
    const rest = text.slice(end);
    this.#line += countLineFeeds(text) - countLineFeeds(rest);
    if (isOver(rest, this.#maxRecordBytes)) throw this.#tooLong(rest, 0, this.#line);
    this.#hold(rest);
  }

  #hold(rest: string): void {
    this.#held = rest === '' ? [] : [rest];
    this.#heldLength = rest.length;
    this.#scanAt = rest.length < longRest ? 0 : rest.length * 2;
  }

  *#block(text: string, clean: string, line: number): Generator<RecordBlock, void, undefined> {
    const records = this.#parse(clean);
    const starts = isOver(text, this.#maxRecordBytes) ? recordStarts(text, this.#dialect) : [];
    const tooLong = starts.findIndex((start, record) => isOver(text.slice(start, starts[record + 1]), this.#maxRecordBytes));
    if (tooLong === -1) {
      yield { records, text, line };
    } else {
      if (tooLong > 0) yield { records: records.slice(0, tooLong), text, line };
      throw this.#tooLong(text, starts[tooLong]!, line);
    }
  }

  /** The parser's list of errors is empty: the scan let nothing through that it objects to. */
  #parse(clean: string): string[][] {
    const text = clean.endsWith('\n') ? clean.slice(0, -1) : clean;
    if (text === '') return [['']];
    const { data }: { data: string[][] } = this.#parser.parse(text, 0, false);
    return data;
  }

  #tooLong(text: string, offset: number, line: number): DataError {
    const problem = `the record is longer than ${this.#maxRecordBytes} bytes; a quote may be left open, or maxRecordBytes is too small`;
    return this.#fault(text, offset, line, problem);
  }

  #fault(text: string, offset: number, firstLine: number, problem: string): DataError {
    const { line, column } = positionAt(text, offset, firstLine);
    return new DataError(this.#file, line, column, problem);
  }
}
