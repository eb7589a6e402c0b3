import type { Pull, Source } from '@millrace/core';
import { fileSource } from '../file/file-source.js';
import type { InputPaths } from '../file/input-paths.js';
import { textPieces } from '../file/text-pieces.js';
import { allowEmptyRule, bytesAtLeastOne, checkDeclaration, type OptionRule, pathsRule } from '../options.js';
import { ArrayReader } from './array-reader.js';
import { type BigIntegersRead, bigIntegersReadRule } from './big-integers.js';
import { TextWindow } from './text-window.js';

/** Options of `json.read`. */
export interface JsonReadOptions {
  /** Keys that lead to the array, with points between them (`data.items`), or as a list. Default: the file is the array. */
  readonly at?: string | readonly string[] | undefined;
  /** Longest item, and longest member of an object beside the way to the array, in bytes of UTF-8. Default 16 MiB. */
  readonly maxItemBytes?: number | undefined;
  /**
   * What becomes of whole numbers beyond ±(2⁵³ − 1), which may lose digits as a number. Default `fail`, an error at its place for one
   * that does; `number` gives the nearest number, as `JSON.parse` does; `bigint` and `string` give all digits, for such numbers alone.
   */
  readonly bigIntegers?: BigIntegersRead | undefined;
  /** A glob without a match stands for no file instead of being an error. Default false. */
  readonly allowEmpty?: boolean | undefined;
}

const isKey = (value: unknown) => typeof value === 'string' && value !== '';

export const readRules: Readonly<Record<keyof JsonReadOptions, OptionRule>> = {
  at: {
    doc: 'Keys that lead to the array within objects, with points between them, or as a list.',
    allowed: 'keys with points between them ("data.items"), or a list of at least one key',
    accepts: (value) =>
      Array.isArray(value) ? value.length > 0 && value.every(isKey) : typeof value === 'string' && value.split('.').every(isKey),
    schema: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
      ],
    },
    default: 'the file is the array',
  },
  maxItemBytes: { ...bytesAtLeastOne, doc: 'Longest item, in bytes of UTF-8.', default: '16 MiB' },
  bigIntegers: bigIntegersReadRule,
  allowEmpty: allowEmptyRule,
};

/**
 * Reads the items of an array in a JSON file, one after the other, however long the array is (UTF-8; a byte order mark is dropped; gzip is
 * unpacked, told by its first bytes). Only one item is held at a time. An item's `origin` is where its value begins. The whole file must
 * be valid JSON, behind the array too; the items before a fault are delivered.
 *
 * Values are what `JSON.parse` makes of them, as in `ndjson.read`: whole numbers beyond ±(2⁵³ − 1) that would lose digits are an error,
 * unless the option `bigIntegers` says what they become; decimals are rounded to the nearest number, and dates are the strings that they
 * are in the file, with or without a zone. `Item` is stated, not checked.
 *
 * `paths` is a path, a glob (`in/*.json.gz`), or a list of these: the files are read one after the other, those of a glob sorted by name;
 * `-` is the standard input. Relative ones are resolved from the working directory at the time of opening. A path that exists is taken
 * literally.
 *
 * @throws OptionError at the declaration; FileError and DataError while reading
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { json } from '@millrace/connectors';
 * import { flow } from '@millrace/core';
 *
 * await writeFile('answer.json', '{"data":{"orders":[{"id":1},{"id":2}]}}');
 * const orders = flow(json.read<{ id: number }>('answer.json', { at: 'data.orders' }));
 * for await (const { id } of orders) console.log(id); // 1, 2
 * ```
 */
export function read<Item = unknown>(paths: InputPaths, options?: JsonReadOptions): Source<Item> {
  checkDeclaration('json.read', paths, options, readRules, pathsRule);
  return fileSource({
    name: 'json',
    paths,
    allowEmpty: options?.allowEmpty,
    reader: () => (chunks, file) => itemsOf<Item>(chunks, file, options),
  });
}

const defaultMaxItemBytes = 16 * 1024 * 1024;

/**
 * The items of a JSON text that comes in chunks of any size.
 *
 * Rejected: the tokens of stream-json. Its errors have no place, a value is put together from tokens at a fifth of the speed of
 * `JSON.parse`, and `__proto__` and long numbers would be treated otherwise than in NDJSON. Here only brackets and quotes are counted, to
 * find where an item ends.
 */
export async function* itemsOf<Item>(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  { at = [], maxItemBytes = defaultMaxItemBytes, bigIntegers = 'fail' }: JsonReadOptions = {},
): AsyncGenerator<Pull<Item>, void, undefined> {
  const window = new TextWindow(file, maxItemBytes);
  const path = typeof at === 'string' ? at.split('.') : at;
  const steps = new ArrayReader<Item>(window, path, bigIntegers).read();
  /** Goes as far as the text allows. */
  function* advance(): Generator<Pull<Item>, void, undefined> {
    for (let step = steps.next(); !step.done && step.value !== undefined; step = steps.next()) yield step.value;
  }
  for await (const piece of textPieces(chunks, file)) {
    window.append(piece);
    yield* advance();
  }
  window.finish();
  yield* advance();
}
