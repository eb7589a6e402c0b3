import type { Pull, Source } from '@millrace/core';
import { fileSource } from '../file/file-source.js';
import type { InputPaths } from '../file/input-paths.js';
import { defaultMaxLineBytes, type LineBlock, lineBlocks } from '../file/line-blocks.js';
import { textBlocks } from '../file/text-blocks.js';
import { allowEmptyRule, bytesAtLeastOne, checkDeclaration, type OptionRule, pathsRule } from '../options.js';
import { maxPull } from '../pulls.js';

/** Options of `lines.read`. */
export interface LinesReadOptions {
  /** Longest line, in bytes of UTF-8 without its line feed. Default 16 MiB. */
  readonly maxLineBytes?: number | undefined;
  /** A glob without a match stands for no file instead of being an error. Default false. */
  readonly allowEmpty?: boolean | undefined;
}

export const readRules: Readonly<Record<keyof LinesReadOptions, OptionRule>> = {
  maxLineBytes: {
    ...bytesAtLeastOne,
    doc: 'Longest line, in bytes of UTF-8 without its line feed.',
    default: '16 MiB',
  },
  allowEmpty: allowEmptyRule,
};

/**
 * Reads text files line by line (UTF-8; LF or CRLF, also mixed; a byte order mark is dropped; gzip is unpacked, told by its first
 * bytes). Items are the lines without their ends; the last line needs none. An item's `origin` is its line, column 1.
 *
 * `paths` is a path, a glob (`in/*.log.gz`), or a list of these: the files are read one after the other, those of a glob sorted by name;
 * `-` is the standard input. Relative ones are resolved from the working directory at the time of opening. A path that exists is taken
 * literally.
 *
 * @throws OptionError at the declaration; FileError and DataError while reading
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { lines } from '@millrace/connectors';
 * import { flow } from '@millrace/core';
 *
 * await writeFile('app.log', 'ready\nerror: no disk\n');
 * for await (const line of flow(lines.read('*.log', { allowEmpty: true }))) {
 *   if (line.startsWith('error')) console.log(line); // error: no disk
 * }
 * ```
 */
export function read(paths: InputPaths, options?: LinesReadOptions): Source<string> {
  checkDeclaration('lines.read', paths, options, readRules, pathsRule);
  return fileSource({
    name: 'lines',
    paths,
    allowEmpty: options?.allowEmpty,
    reader: () => (chunks, file) => linesOf(chunks, file, options),
  });
}

/** The lines of a text that comes in chunks of any size. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  { maxLineBytes = defaultMaxLineBytes }: LinesReadOptions = {},
): AsyncGenerator<Pull<string>, void, undefined> {
  for await (const block of lineBlocks(textBlocks(chunks, file, maxLineBytes), file, maxLineBytes)) {
    const { line } = block;
    const lines = withoutReturns(block);
    for (let first = 0; first < lines.length; first += maxPull) {
      yield { items: lines.slice(first, first + maxPull), origin: (index) => `${file}:${line + first + index}:1` };
    }
  }
}

/** Most texts have none: it costs them one look at the whole. */
export function withoutReturns({ lines, text }: LineBlock): readonly string[] {
  return text.includes('\r') ? lines.map(withoutReturn) : lines;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
