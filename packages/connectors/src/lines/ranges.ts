import type { Source } from '@millrace/core';
import { type FileRange, type FileRangesOptions, fileRanges } from '../file/file-ranges.js';
import type { InputPaths } from '../file/input-paths.js';
import { defaultMaxLineBytes, lineBlocks } from '../file/line-blocks.js';
import { chunksOf, inPlace, readRange } from '../file/range-text.js';
import { textBlocks } from '../file/text-blocks.js';
import { checkOptions, type OptionRule } from '../options.js';
import { readRules, withoutReturns } from './read.js';

/** Options of `lines.linesOf` and `lines.bytesOf`. */
export interface LinesRangeOptions {
  /** Longest line, in bytes of UTF-8 without its line feed. Default 16 MiB. */
  readonly maxLineBytes?: number | undefined;
}

const rangeRules: Readonly<Record<keyof LinesRangeOptions, OptionRule>> = { maxLineBytes: readRules.maxLineBytes };

/**
 * Text files cut up into ranges of bytes, as small descriptions, for a cpu stage that reads each where it computes, by {@link linesOf} or
 * {@link bytesOf}: so lanes read and parse one large file side by side, and only results travel. An item's `origin` is the path and the
 * place of its first byte: `app.log@1048576`.
 *
 * `paths` is a path, a glob, or a list of these, as for `lines.read`. Files that cannot be read from any place, gzip, pipes and the standard
 * input, are refused.
 *
 * @throws OptionError at the declaration; FileError while reading
 *
 * @example
 * ```ts
 * import { lines, ndjson } from '@millrace/connectors';
 * import { cpu, flow, pipeline } from '@millrace/core';
 *
 * export const errors = pipeline(import.meta, 'errors', ({ file }: { file: string }) =>
 *   flow(lines.ranges(file))
 *     .pipe(cpu('count', async (range) => (await lines.linesOf(range)).filter((line) => line.includes(' ERROR ')).length))
 *     .to(ndjson.write('errors.ndjson')),
 * );
 * ```
 */
export function ranges(paths: InputPaths, options?: FileRangesOptions): Source<FileRange> {
  return fileRanges('lines', paths, options);
}

/**
 * The lines of a range, all at once, without their ends: UTF-8, LF or CRLF, as `lines.read` gives them. Where a line is faulty, the error
 * names its place in the file; to find that takes a look at the file before the range.
 *
 * @param range what `ranges` gave, here or in another process that sees the same file
 * @throws OptionError; FileError, also when the file has become shorter; DataError
 *
 * @example
 * ```ts
 * import { type FileRange, lines } from '@millrace/connectors';
 *
 * export async function longest(range: FileRange): Promise<number> {
 *   let length = 0;
 *   for (const line of await lines.linesOf(range)) length = Math.max(length, line.length);
 *   return length;
 * }
 * ```
 */
export async function linesOf(range: FileRange, options: LinesRangeOptions = {}): Promise<string[]> {
  checkOptions('lines.linesOf', options, rangeRules);
  const { maxLineBytes = defaultMaxLineBytes } = options;
  const text = await readRange('lines.linesOf', range, maxLineBytes);
  return inPlace(text, async (start) => {
    const { path } = text;
    const lines: string[] = [];
    for await (const block of lineBlocks(textBlocks(chunksOf(text), path, maxLineBytes, start), path, maxLineBytes)) {
      for (const line of withoutReturns(block)) lines.push(line);
    }
    return lines;
  });
}

/**
 * The bytes of the lines of a range, with their ends, undecoded and unchecked: for those who parse bytes, which can be several times as
 * fast as strings. A byte order mark at the start of the file is taken away. Of lines other than the last, `maxLineBytes` is not asked.
 *
 * @param range what `ranges` gave, here or in another process that sees the same file
 * @throws OptionError; FileError, also when the file has become shorter; DataError when the last line is too long
 *
 * @example
 * ```ts
 * import { type FileRange, lines } from '@millrace/connectors';
 *
 * export async function countLines(range: FileRange): Promise<number> {
 *   const bytes = await lines.bytesOf(range);
 *   let count = 0;
 *   for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
 *   return bytes.length > 0 && bytes.at(-1) !== 10 ? count + 1 : count;
 * }
 * ```
 */
export async function bytesOf(range: FileRange, options: LinesRangeOptions = {}): Promise<Uint8Array> {
  checkOptions('lines.bytesOf', options, rangeRules);
  return (await readRange('lines.bytesOf', range, options.maxLineBytes ?? defaultMaxLineBytes)).bytes;
}
