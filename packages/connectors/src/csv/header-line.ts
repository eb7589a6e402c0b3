import { lineBlocks } from '../file/line-blocks.js';
import type { RegularFile } from '../file/regular-file.js';
import { byteOrderMark, markBytes, type TextBlock, textBlocks } from '../file/text-blocks.js';
import type { AgreeOnHeader } from './header-agreement.js';
import { type CsvReadOptions, defaultMaxRecordBytes } from './read-options.js';
import { recordBlocks } from './records.js';
import { rowPulls } from './row-pulls.js';
import type { Dialect } from './scan.js';

/** The header of a file, and where it ends. */
export interface HeaderLine {
  readonly names: readonly string[];
  /** Bytes of the file up to the line behind it. */
  readonly end: number;
}

const chunkBytes = 64 * 1024;

/**
 * Reads the header of a file, which must be one line.
 *
 * @returns undefined for a file that has none, as it is empty
 * @throws DataError for a header that does not fit the options, and that of one that is no well-formed line
 */
export async function readHeaderLine(
  file: RegularFile,
  dialect: Dialect,
  options: CsvReadOptions,
  agree: AgreeOnHeader | undefined,
): Promise<HeaderLine | undefined> {
  const { maxRecordBytes = defaultMaxRecordBytes, skipBlankLines = false } = options;
  let end = Buffer.from(byteOrderMark).equals(await file.read(0, markBytes)) ? markBytes : 0;
  const texts = textBlocks(chunksOf(file), file.path, maxRecordBytes);
  for await (const { lines, line } of lineBlocks(texts, file.path, maxRecordBytes)) {
    for (const [index, text] of lines.entries()) {
      end = Math.min(file.size, end + Buffer.byteLength(text) + 1);
      if (skipBlankLines && (text === '' || text === '\r')) continue;
      const block: TextBlock = { text: `${text}\n`, line: line + index };
      const records = () => recordBlocks(once(block), file.path, dialect, maxRecordBytes);
      // There are no rows to come: this tells what is wrong with the header, at its place.
      for await (const _ of rowPulls(records(), file.path, dialect, options, agree)) break;
      for await (const { records: read } of records()) {
        const [names] = read;
        if (names !== undefined) return { names, end };
      }
    }
  }
  return undefined;
}

async function* chunksOf(file: RegularFile): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < file.size; at += chunkBytes) yield await file.read(at, at + chunkBytes);
}

async function* once<T>(one: T): AsyncGenerator<T, void, undefined> {
  yield one;
}
