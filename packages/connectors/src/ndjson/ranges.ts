import type { Source } from '@millrace/core';
import { type FileRange, type FileRangesOptions, fileRanges } from '../file/file-ranges.js';
import type { InputPaths } from '../file/input-paths.js';
import { defaultMaxLineBytes } from '../file/line-blocks.js';
import { chunksOf, inPlace, readRange } from '../file/range-text.js';
import type { BigIntegersRead } from '../json/big-integers.js';
import { checkOptions, type OptionRule } from '../options.js';
import { valuesOf as pullsOf, readRules } from './read.js';

/** Options of `ndjson.valuesOf`: as those of `ndjson.read`. */
export interface NdjsonRangeOptions {
  /** Longest line, in bytes of UTF-8 without its line feed. Default 16 MiB. */
  readonly maxLineBytes?: number | undefined;
  /** What becomes of whole numbers beyond ±(2⁵³ − 1), which may lose digits as a number. Default `fail`. */
  readonly bigIntegers?: BigIntegersRead | undefined;
}

const rangeRules: Readonly<Record<keyof NdjsonRangeOptions, OptionRule>> = {
  maxLineBytes: readRules.maxLineBytes,
  bigIntegers: readRules.bigIntegers,
};

/**
 * Files of newline-delimited JSON cut up into ranges of bytes, as small descriptions, for a cpu stage that reads and parses each where it
 * computes, by {@link valuesOf}. As `lines.ranges` otherwise.
 *
 * @throws OptionError at the declaration; FileError while reading
 *
 * @example
 * ```ts
 * import { ndjson } from '@millrace/connectors';
 * import { cpu, flow, pipeline } from '@millrace/core';
 *
 * interface Order {
 *   readonly total: number;
 * }
 *
 * export const large = pipeline(import.meta, 'large', ({ file }: { file: string }) =>
 *   flow(ndjson.ranges(file))
 *     .pipe(
 *       cpu('large', async function* (range) {
 *         for (const order of await ndjson.valuesOf<Order>(range)) if (order.total > 1000) yield order;
 *       }),
 *     )
 *     .to(ndjson.write('large.ndjson')),
 * );
 * ```
 */
export function ranges(paths: InputPaths, options?: FileRangesOptions): Source<FileRange> {
  return fileRanges('ndjson', paths, options);
}

/**
 * The values of the lines of a range, all at once, as `ndjson.read` gives them. `Item` is stated, not checked. Where a line is faulty, the
 * error names its place in the file; to find that takes a look at the file before the range.
 *
 * @param range what `ranges` gave, here or in another process that sees the same file
 * @throws OptionError; FileError, also when the file has become shorter; DataError
 *
 * @example
 * ```ts
 * import { type FileRange, ndjson } from '@millrace/connectors';
 *
 * export async function sumOf(range: FileRange): Promise<number> {
 *   const orders = await ndjson.valuesOf<{ total: number }>(range);
 *   return orders.reduce((sum, { total }) => sum + total, 0);
 * }
 * ```
 */
export async function valuesOf<Item = unknown>(range: FileRange, options: NdjsonRangeOptions = {}): Promise<Item[]> {
  checkOptions('ndjson.valuesOf', options, rangeRules);
  const text = await readRange('ndjson.valuesOf', range, options.maxLineBytes ?? defaultMaxLineBytes);
  return inPlace(text, async (start) => {
    const values: Item[] = [];
    for await (const { items } of pullsOf<Item>(chunksOf(text), text.path, options, start)) {
      for (const value of items) values.push(value);
    }
    return values;
  });
}
