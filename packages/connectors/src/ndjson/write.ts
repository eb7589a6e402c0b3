import type { Sink } from '@millrace/core';
import { type BatchEncoder, fileSink } from '../file/file-sink.js';
import { type BigIntegersWritten, bigIntegersWriteRule, type ValueFormat, valueText } from '../json/value-text.js';
import { checkDeclaration, gzipRule, type OptionRule, outputPathRule } from '../options.js';

/** Options of `ndjson.write`. */
export interface NdjsonWriteOptions {
  /** Pack the file. Default: whether the path ends in `.gz`. */
  readonly gzip?: boolean | undefined;
  /** What becomes of a bigint. Default `fail`, an ItemError; `number` writes all its digits, which many readers round; `string` puts them in quotes. */
  readonly bigIntegers?: BigIntegersWritten | undefined;
}

export const writeRules: Readonly<Record<keyof NdjsonWriteOptions, OptionRule>> = {
  gzip: gzipRule,
  bigIntegers: bigIntegersWriteRule,
};

/**
 * Writes each item as one line of JSON that ends with LF, in UTF-8. The file appears at the commit, whole; a failed or cancelled run
 * leaves no file and an existing one untouched; the path `-` is the standard output, where lines are seen as they are written.
 *
 * The text is what `JSON.stringify` makes, with its rules: `toJSON` is called, members that are undefined or functions are left out,
 * **`NaN` and the infinities become `null`**. An item for which there is no JSON (undefined, a function, a symbol), of which JSON keeps
 * nothing (a Map, a Set, a promise, that one also as a member), or that throws (a cycle, and a bigint unless the option `bigIntegers` says
 * how to write it), is an `ItemError`. A Date is written in UTC.
 *
 * @throws OptionError at the declaration; FileError and ItemError while writing
 *
 * @example
 * ```ts
 * import { ndjson } from '@millrace/connectors';
 * import { flow, pipeline } from '@millrace/core';
 * import { map } from 'rxjs';
 *
 * const squares = pipeline(import.meta, 'squares', () =>
 *   flow([1, 2, 3])
 *     .pipe(map((n) => ({ n, square: n * n })))
 *     .to(ndjson.write('squares.ndjson.gz')),
 * );
 * const { delivered } = await squares.run();
 * console.log(delivered); // 3
 * ```
 */
export function write(path: string, options?: NdjsonWriteOptions): Sink<unknown> {
  checkDeclaration('ndjson.write', path, options, writeRules, outputPathRule);
  const format = { connector: 'ndjson.write', bigIntegers: options?.bigIntegers ?? 'fail' };
  return fileSink('ndjson', path, options?.gzip, valueEncoder(format));
}

function valueEncoder(format: ValueFormat): BatchEncoder<unknown> {
  const encoder: BatchEncoder<unknown> = {
    ending: '',
    encode: (items) => {
      let text = '';
      for (let index = 0; index < items.length; index++) text += `${valueText(items[index], index, format)}\n`;
      return { text, next: encoder };
    },
  };
  return encoder;
}
