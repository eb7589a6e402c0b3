import { DataError } from '../errors.js';
import { countLineFeeds, type Position } from './position.js';

/** Some whole lines of a file, the last one with its line feed unless the file ends without one. Never empty. */
export interface TextBlock {
  readonly text: string;
  /** Number of the first line, 1-based. */
  readonly line: number;
  /** How many line feeds it holds. Told by who takes the block, if they have counted them: then nobody counts them again. */
  lineFeeds?: number;
}

/** Where a text begins that is a part of a file. */
export interface TextStart {
  /** Number of its first line, 1-based. */
  readonly line: number;
  /** Bytes of the file before it. */
  readonly bytesBefore: number;
}

const startOfFile: TextStart = { line: 1, bytesBefore: 0 };

export const byteOrderMark = '\uFEFF';
export const markBytes = 3;
const lineFeed = 10;

/**
 * Decodes UTF-8 strictly into blocks of whole lines. Bytes are cut only behind a line feed, a byte that is part of no longer
 * sequence: so a block decodes by itself, on the decoder's fast path, with no state carried over. A byte order mark at the start of the
 * file is taken away. All lines before a fault are delivered before it is thrown, wherever the chunks were cut.
 *
 * @param maxLineBytes bytes held at most while a line feed is looked for; longer lines inside one chunk are left to the caller
 * @throws DataError for invalid UTF-8 and for a line of more than `maxLineBytes`
 */
export async function* textBlocks(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  maxLineBytes: number,
  start: TextStart = startOfFile,
): AsyncGenerator<TextBlock, void, undefined> {
  const decoder = new BlockDecoder(file, start);
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    const cut = chunk.lastIndexOf(lineFeed) + 1;
    if (cut > 0) {
      held.push(chunk.subarray(0, cut));
      yield* decoder.decode(joined(held));
      held = [];
      heldBytes = 0;
    }
    if (cut === chunk.length) continue;
    held.push(chunk.subarray(cut));
    heldBytes += chunk.length - cut;
    // A byte order mark is not of the line. Lines that pass by this slack meet the exact check of the caller.
    if (heldBytes > maxLineBytes + markBytes) throw lineTooLong(file, decoder.line, maxLineBytes);
  }
  if (heldBytes > 0) yield* decoder.decode(joined(held));
}

export function lineTooLong(file: string, line: number, maxLineBytes: number): DataError {
  return new DataError(file, line, 1, `the line is longer than ${maxLineBytes} bytes; raise the limit if such lines are meant`);
}

/** Whether the text has more bytes than that in UTF-8; counts them only where the length leaves it open. */
export function isOver(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes);
}

class BlockDecoder {
  /** Number of the line that the next block begins with. */
  line: number;
  readonly #file: string;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #bytesBefore: number;

  constructor(file: string, { line, bytesBefore }: TextStart) {
    this.#file = file;
    this.line = line;
    this.#bytesBefore = bytesBefore;
  }

  *decode(bytes: Uint8Array): Generator<TextBlock, void, undefined> {
    let text: string;
    try {
      text = this.#utf8.decode(bytes);
    } catch {
      yield* this.#decodeUpToFault(bytes);
      return;
    }
    yield* this.#block(this.#unmarked(text));
    this.#bytesBefore += bytes.length;
  }

  *#decodeUpToFault(bytes: Uint8Array): Generator<TextBlock, void, undefined> {
    const valid = validStart(bytes);
    const faultAt = this.#bytesBefore + Buffer.byteLength(valid);
    const rest = this.#unmarked(valid);
    const cut = rest.lastIndexOf('\n') + 1;
    yield* this.#block(rest.slice(0, cut));
    throw invalidUtf8(this.#file, { line: this.line, column: rest.length - cut + 1 }, faultAt, bytes);
  }

  /** The text without the byte order mark that the file may begin with. */
  #unmarked(text: string): string {
    return this.#bytesBefore === 0 && text.startsWith(byteOrderMark) ? text.slice(1) : text;
  }

  *#block(text: string): Generator<TextBlock, void, undefined> {
    if (text === '') return;
    const block: TextBlock = { text, line: this.line };
    yield block;
    this.line += block.lineFeeds ?? countLineFeeds(text);
  }
}

/** @param bytes those before and behind the fault, which is byte `faultAt` of the text */
export function invalidUtf8(file: string, { line, column }: Position, faultAt: number, bytes: Uint8Array): DataError {
  const isUtf16 = faultAt === 0 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));
  const hint = isUtf16 ? '; the file seems to be UTF-16: convert it to UTF-8' : '';
  return new DataError(file, line, column, `invalid UTF-8 at byte ${faultAt} of the text${hint}`);
}

/** The longest valid text that the bytes begin with. */
export function validStart(bytes: Uint8Array): string {
  const decode = (length: number): string | undefined => {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length), { stream: true });
    } catch {
      return undefined;
    }
  };
  // Invariant: a stream of the first `low` bytes decodes, of the first `high + 1` does not (or there are no more bytes).
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (decode(middle) === undefined) high = middle - 1;
    else low = middle;
  }
  return decode(low) ?? '';
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
