import type { Pull, Source } from '@millrace/core';
import { DataError } from '../errors.js';
import { fileSource } from '../file/file-source.js';
import type { InputPaths } from '../file/input-paths.js';
import { defaultMaxLineBytes, type LineBlock, lineBlocks } from '../file/line-blocks.js';
import { originsIn } from '../file/origins.js';
import { type TextStart, textBlocks } from '../file/text-blocks.js';
import {
  BigIntegerFault,
  type BigIntegersRead,
  bigIntegersReadRule,
  hasLongDigits,
  withBigIntegers,
} from '../json/big-integers.js';
import { syntaxFault } from '../json/syntax-fault.js';
import { allowEmptyRule, bytesAtLeastOne, checkDeclaration, type OptionRule, pathsRule } from '../options.js';
import { maxPull } from '../pulls.js';

/** Options of `ndjson.read`. */
export interface NdjsonReadOptions {
  /** Longest line, in bytes of UTF-8 without its line feed. Default 16 MiB. */
  readonly maxLineBytes?: number | undefined;
  /** A glob without a match stands for no file instead of being an error. Default false. */
  readonly allowEmpty?: boolean | undefined;
  /**
   * What becomes of whole numbers beyond ±(2⁵³ − 1), which may lose digits as a number. Default `fail`, an error at its place for one that does; `number`
   * gives the nearest number, as `JSON.parse` does; `bigint` and `string` give all digits, for such numbers alone.
   */
  readonly bigIntegers?: BigIntegersRead | undefined;
}

export const readRules: Readonly<Record<keyof NdjsonReadOptions, OptionRule>> = {
  maxLineBytes: {
    ...bytesAtLeastOne,
    doc: 'Longest line, in bytes of UTF-8 without its line feed.',
    default: '16 MiB',
  },
  allowEmpty: allowEmptyRule,
  bigIntegers: bigIntegersReadRule,
};

/**
 * Reads newline-delimited JSON, one value a line (UTF-8; LF or CRLF; a byte order mark is dropped; gzip is unpacked, told by its first
 * bytes). Blank lines are skipped. An item's `origin` is its line and the column where its value begins.
 *
 * Values are what `JSON.parse` makes of them: `__proto__` is a key like others; of equal keys the last one counts. **Whole numbers
 * beyond ±(2⁵³ − 1) that would lose digits are an error**, unless the option `bigIntegers` says what they become; decimals are rounded to the nearest number, and
 * dates are the strings that they are in the file, with or without a zone. `Item` is stated, not checked.
 *
 * `paths` is a path, a glob (`in/*.ndjson.gz`), or a list of these: the files are read one after the other, those of a glob sorted by name;
 * `-` is the standard input. Relative ones are resolved from the working directory at the time of opening. A path that exists is taken
 * literally.
 *
 * @throws OptionError at the declaration; FileError and DataError while reading
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { ndjson } from '@millrace/connectors';
 * import { flow } from '@millrace/core';
 *
 * interface Order {
 *   readonly id: number | bigint;
 * }
 *
 * await writeFile('orders.ndjson', '{"id":1}\n{"id":9007199254740993}\n');
 * const orders = await flow(ndjson.read<Order>('orders.ndjson', { bigIntegers: 'bigint' })).toArray();
 * console.log(orders); // [{ id: 1 }, { id: 9007199254740993n }]
 * ```
 */
export function read<Item = unknown>(paths: InputPaths, options?: NdjsonReadOptions): Source<Item> {
  checkDeclaration('ndjson.read', paths, options, readRules, pathsRule);
  return fileSource({
    name: 'ndjson',
    paths,
    allowEmpty: options?.allowEmpty,
    reader: () => (chunks, file) => valuesOf<Item>(chunks, file, options),
  });
}

/** The values of an NDJSON text that comes in chunks of any size. */
export async function* valuesOf<Item>(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  { maxLineBytes = defaultMaxLineBytes, bigIntegers = 'fail' }: NdjsonReadOptions = {},
  start?: TextStart,
): AsyncGenerator<Pull<Item>, void, undefined> {
  for await (const block of lineBlocks(textBlocks(chunks, file, maxLineBytes, start), file, maxLineBytes)) {
    // Few blocks have such digits: the others cost one look at the whole.
    const policy = bigIntegers !== 'number' && hasLongDigits(block.text) ? bigIntegers : 'number';
    for (let first = 0; first < block.lines.length; ) {
      const slice = takeValues<Item>(block, first, file, policy);
      if (slice.items.length > 0) yield { items: slice.items, origin: originOf(block, first, slice.items.length, file) };
      if (slice.fault !== undefined) throw slice.fault;
      first = slice.next;
    }
  }
}

/** The values of the lines from some first one on, before line `next` of the block. */
interface ValueSlice<Item> {
  readonly items: Item[];
  readonly next: number;
  readonly fault?: DataError;
}

function takeValues<Item>(block: LineBlock, first: number, file: string, policy: BigIntegersRead): ValueSlice<Item> {
  const items: Item[] = [];
  let next = first;
  for (; next < block.lines.length && items.length < maxPull; next++) {
    const text = block.lines[next]!;
    if (isBlank(text)) continue;
    try {
      const value = JSON.parse(text);
      items.push(policy === 'number' ? value : withBigIntegers(text, value, policy));
    } catch (error) {
      return { items, next, fault: faultOf(file, block.line + next, text, error) };
    }
  }
  return { items, next };
}

/** Counts the blank lines between again, when somebody asks for a place: values cost nothing for it. */
function originOf({ lines, line, text }: LineBlock, first: number, count: number, file: string): (index: number) => string {
  return originsIn(text, count, (index) => {
    let at = first;
    for (let before = index; isBlank(lines[at]!) || before-- > 0; ) at++;
    return `${file}:${line + at}:${startOf(lines[at]!) + 1}`;
  });
}

/** The characters that are white space in JSON, and nothing else. */
function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  return Number.isNaN(first) || (first <= 32 && /^[ \t\r]*$/.test(text));
}

function startOf(text: string): number {
  return Math.max(0, text.search(/[^ \t\r]/));
}

function faultOf(file: string, line: number, text: string, error: unknown): DataError {
  if (error instanceof BigIntegerFault) return new DataError(file, line, error.offset + 1, error.message);
  const { offset, why } = syntaxFault(text, error);
  return new DataError(file, line, offset + 1, `the line is no JSON value: ${why}`, { cause: error });
}
