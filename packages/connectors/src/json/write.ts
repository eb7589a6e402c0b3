import type { Sink } from '@millrace/core';
import { type BatchEncoder, fileSink } from '../file/file-sink.js';
import { checkDeclaration, gzipRule, type OptionRule, outputPathRule } from '../options.js';
import { type BigIntegersWritten, bigIntegersWriteRule, type ValueFormat, valueText } from './value-text.js';

/** Options of `json.write`. */
export interface JsonWriteOptions {
  /** Pack the file. Default: whether the path ends in `.gz`. */
  readonly gzip?: boolean | undefined;
  /** What becomes of a bigint. Default `fail`, an ItemError; `number` writes all its digits, which many readers round; `string` puts them in quotes. */
  readonly bigIntegers?: BigIntegersWritten | undefined;
}

export const writeRules: Readonly<Record<keyof JsonWriteOptions, OptionRule>> = {
  gzip: gzipRule,
  bigIntegers: bigIntegersWriteRule,
};

/**
 * Writes the items as one JSON array, one item a line, in UTF-8; without items the file is `[]`. The file appears at the commit, whole; a
 * failed or cancelled run leaves no file and an existing one untouched. The path `-` is the standard output, where items are seen as they
 * are written, and the array stays open when the run fails.
 *
 * The text of an item is what `JSON.stringify` makes, with the rules that `ndjson.write` tells of; what it cannot write is an `ItemError`.
 *
 * @throws OptionError at the declaration; FileError and ItemError while writing
 *
 * @example
 * ```ts
 * import { json } from '@millrace/connectors';
 * import { flow, pipeline } from '@millrace/core';
 *
 * const ids = pipeline(import.meta, 'ids', () => flow([{ id: 1 }, { id: 2 }]).to(json.write('ids.json')));
 * await ids.run();
 * ```
 */
export function write(path: string, options?: JsonWriteOptions): Sink<unknown> {
  checkDeclaration('json.write', path, options, writeRules, outputPathRule);
  return fileSink(
    'json',
    path,
    options?.gzip,
    arrayEncoder({ connector: 'json.write', bigIntegers: options?.bigIntegers ?? 'fail' }),
  );
}

function arrayEncoder(format: ValueFormat): BatchEncoder<unknown> {
  const encode = (items: readonly unknown[], before: string) =>
    before + items.map((item, index) => valueText(item, index, format)).join(',\n');
  const next: BatchEncoder<unknown> = {
    ending: '\n]\n',
    encode: (items) => ({ text: items.length === 0 ? '' : encode(items, ',\n'), next }),
  };
  const first: BatchEncoder<unknown> = {
    ending: '[]\n',
    encode: (items) => (items.length === 0 ? { text: '', next: first } : { text: encode(items, '[\n'), next }),
  };
  return first;
}
