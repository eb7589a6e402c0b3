import type { Pull, Source } from '@millrace/core';
import { checkReadable, readBytes } from '../file/byte-source.js';
import { defaultMaxLineBytes, lineBlocks } from '../file/line-blocks.js';
import { textBlocks } from '../file/text-blocks.js';
import { bytesAtLeastOne, checkDeclaration, type OptionRule } from '../options.js';
import { maxPull } from '../pulls.js';

export interface LinesReadOptions {
  /** Longest line, in bytes of UTF-8 without its line feed. Default 16 MiB. */
  readonly maxLineBytes?: number | undefined;
}

export const readRules: Readonly<Record<keyof LinesReadOptions, OptionRule>> = {
  maxLineBytes: {
    ...bytesAtLeastOne,
    doc: 'Longest line, in bytes of UTF-8 without its line feed.',
    default: '16 MiB',
  },
};

/**
 * Reads a text file line by line (UTF-8; LF or CRLF, also mixed; a byte order mark is dropped; gzip is unpacked, told by its first
 * bytes). Items are the lines without their ends; the last line needs none. An item's `origin` is its line, column 1.
 *
 * A relative path is resolved from the working directory at the time of opening.
 *
 * @throws OptionError at the declaration; FileError and DataError while reading
 */
export function read(path: string, options?: LinesReadOptions): Source<string> {
  checkDeclaration('lines.read', path, options, readRules);
  return {
    name: 'lines',
    maxPull,
    check: () => checkReadable(path),
    open: ({ signal }) => linesOf(readBytes(path, signal), path, options),
  };
}

/** The lines of a text that comes in chunks of any size. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  { maxLineBytes = defaultMaxLineBytes }: LinesReadOptions = {},
): AsyncGenerator<Pull<string>, void, undefined> {
  for await (const { lines, line } of lineBlocks(textBlocks(chunks, file, maxLineBytes), file, maxLineBytes)) {
    for (let first = 0; first < lines.length; first += maxPull) {
      const items = lines.slice(first, first + maxPull).map(withoutReturn);
      yield { items, origin: (index) => `${file}:${line + first + index}:1` };
    }
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
