import { DataError, type FileError, OptionError } from '../errors.js';
import { valueShown } from '../value-shown.js';
import { type FileRange, readInParts } from './file-ranges.js';
import { refusal } from './refusal.js';
import { RegularFile } from './regular-file.js';
import { byteOrderMark, lineTooLong, markBytes, type TextStart } from './text-blocks.js';

/** Some whole lines of a file, without the byte order mark that it may begin with. */
export interface RangeText {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Place of the first byte in the file. */
  readonly start: number;
}

const lineFeed = 10;
/** Bytes read together with a range, for the end of its last line: lines are mostly shorter. */
const slackBytes = 4 * 1024;
/** Bytes read at once of a line that is longer. */
const restBytes = 64 * 1024;
/** Bytes read at once to count lines. */
const countedBytes = 1024 * 1024;
/** Bytes decoded at once: few enough to stay in the cache. */
const chunkBytes = 128 * 1024;

/**
 * The lines that begin in a range.
 *
 * @param connector whom the caller called: `lines.linesOf`
 * @throws OptionError for what is no range; FileError; DataError when the last line is longer than `maxLineBytes`
 */
export async function readRange(connector: string, range: FileRange, maxLineBytes: number): Promise<RangeText> {
  checkRange(connector, range);
  const { path, size } = range;
  const file = await RegularFile.open(path, readInParts);
  try {
    if (file.size < size) throw hasShrunk(path, size, file.size);
    return await wholeLines(file, range, maxLineBytes);
  } finally {
    await file.close();
  }
}

/** The bytes in parts as files are read in. */
export async function* chunksOf({ bytes }: RangeText): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/**
 * Reads a text as if its first line were the first of the file. A fault has its place: the text is then read again with the number of that
 * line, and to know it takes a look at all of the file before.
 */
export async function inPlace<T>(text: RangeText, read: (start: TextStart) => Promise<T>): Promise<T> {
  try {
    return await read({ line: 1, bytesBefore: text.start });
  } catch (error) {
    if (!(error instanceof DataError) || text.start === 0) throw error;
    const file = await RegularFile.open(text.path, readInParts);
    try {
      return await read({ line: await lineAt(file, text.start), bytesBefore: text.start });
    } finally {
      await file.close();
    }
  }
}

async function wholeLines(file: RegularFile, { path, start, end, size }: FileRange, maxLineBytes: number): Promise<RangeText> {
  // The byte before the range tells whether a line begins with it; some behind are mostly the end of its last line.
  const from = Math.max(0, start - 1);
  const to = Math.min(end + slackBytes, size);
  const bytes = await file.read(from, to);
  if (bytes.length < to - from) throw hasShrunk(path, size, from + bytes.length);
  const first = start === 0 ? 0 : bytes.indexOf(lineFeed) + 1;
  if (start > 0 && first === 0) return { path, bytes: new Uint8Array(), start: end };
  const cut = bytes.indexOf(lineFeed, end - 1 - from) + 1;
  const lines = bytes.subarray(first, cut > 0 ? cut : bytes.length);
  const rest = cut > 0 ? [] : await restOfLine(file, to, size, maxLineBytes);
  const text = unmarked({ path, bytes: rest.length === 0 ? lines : joined([lines, ...rest]), start: from + first });
  const lastLine = startOfLastLine(text.bytes);
  const lastBytes = text.bytes.length - lastLine - (text.bytes.at(-1) === lineFeed ? 1 : 0);
  if (lastBytes > maxLineBytes) throw lineTooLong(path, await lineAt(file, text.start + lastLine), maxLineBytes);
  return text;
}

/** What is left of a line that goes on at `start`, with its line feed; of one that is too long, more than `maxLineBytes` of it. */
async function restOfLine(file: RegularFile, start: number, size: number, maxLineBytes: number): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for (let at = start; at < size && at - start <= maxLineBytes + markBytes; at += restBytes) {
    const part = await file.read(at, Math.min(at + restBytes, size));
    const cut = part.indexOf(lineFeed) + 1;
    parts.push(cut > 0 ? part.subarray(0, cut) : part);
    if (cut > 0) break;
  }
  return parts;
}

/** Not by `Buffer.concat`, which may put a short text into memory that it shares with others. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The text without the byte order mark that the file may begin with. */
function unmarked(text: RangeText): RangeText {
  const isMarked = text.start === 0 && Buffer.from(byteOrderMark).equals(text.bytes.subarray(0, markBytes));
  return isMarked ? { ...text, bytes: text.bytes.subarray(markBytes), start: markBytes } : text;
}

function startOfLastLine(bytes: Uint8Array): number {
  // A line feed at the very end is that of the last line.
  return bytes.length < 2 ? 0 : bytes.lastIndexOf(lineFeed, bytes.length - 2) + 1;
}

/** Number of the line that begins at that place, 1-based. */
async function lineAt(file: RegularFile, place: number): Promise<number> {
  let line = 1;
  for (let at = 0; at < place; at += countedBytes) {
    const bytes = await file.read(at, Math.min(at + countedBytes, place));
    for (let found = bytes.indexOf(lineFeed); found !== -1; found = bytes.indexOf(lineFeed, found + 1)) line++;
  }
  return line;
}

function hasShrunk(path: string, size: number, isNow: number): FileError {
  return refusal('read', path, `it has ${isNow} bytes, and had ${size} when it was cut up into ranges`);
}

function checkRange(connector: string, range: FileRange): void {
  const { path, start, end, size } = Object(range) as FileRange;
  const isRange =
    typeof path === 'string' &&
    path !== '' &&
    [start, end, size].every(Number.isSafeInteger) &&
    0 <= start &&
    start < end &&
    end <= size;
  if (!isRange) {
    throw new OptionError(connector, 'range', `it takes a range of a file, as lines.ranges gives them, not ${valueShown(range)}`);
  }
}
