import { type Position, positionAfter } from './position.js';
import { byteOrderMark, invalidUtf8, validStart } from './text-blocks.js';

/**
 * Decodes UTF-8 strictly into pieces of text of no particular length, for formats whose lines may be as long as the file. A byte order
 * mark at the start is taken away. The text before a fault is delivered before it is thrown.
 *
 * @throws DataError for invalid UTF-8
 */
export async function* textPieces(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string, void, undefined> {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let place: Position = { line: 1, column: 1 };
  let bytesBefore = 0;
  let rest: Uint8Array = new Uint8Array();
  const decoded = (bytes: Uint8Array): { readonly text: string; readonly isWhole: boolean } => {
    try {
      return { text: utf8.decode(bytes), isWhole: true };
    } catch {
      return { text: validStart(bytes), isWhole: false };
    }
  };
  const unmarked = (text: string) => (bytesBefore === 0 && text.startsWith(byteOrderMark) ? text.slice(1) : text);
  for await (const chunk of withEnd(chunks)) {
    const bytes = rest.length === 0 ? (chunk ?? rest) : Buffer.concat([rest, chunk ?? new Uint8Array()]);
    // At the end of the file, an unfinished character stays and is the fault.
    const cut = chunk === undefined ? bytes.length : wholeCharacters(bytes);
    rest = bytes.subarray(cut);
    const { text, isWhole } = decoded(bytes.subarray(0, cut));
    const piece = unmarked(text);
    if (piece !== '') yield piece;
    place = positionAfter(piece, place);
    if (!isWhole) throw invalidUtf8(file, place, bytesBefore + Buffer.byteLength(text), bytes);
    bytesBefore += cut;
  }
}

async function* withEnd<T>(all: AsyncIterable<T>): AsyncGenerator<T | undefined, void, undefined> {
  yield* all;
  yield undefined;
}

/** How many of the bytes come before a character that is not finished by them. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
