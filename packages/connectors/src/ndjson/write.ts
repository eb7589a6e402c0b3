import type { Sink } from '@millrace/core';
import { ItemError } from '../errors.js';
import { type BatchEncoder, fileSink } from '../file/file-sink.js';
import { checkDeclaration, gzipRule, type OptionRule, outputPathRule } from '../options.js';

export interface NdjsonWriteOptions {
  /** Pack the file. Default: whether the path ends in `.gz`. */
  readonly gzip?: boolean | undefined;
}

export const writeRules: Readonly<Record<keyof NdjsonWriteOptions, OptionRule>> = { gzip: gzipRule };

/**
 * Writes each item as one line of JSON that ends with LF, in UTF-8. The file appears at the commit, whole; a failed or cancelled run
 * leaves no file and an existing one untouched; the path `-` is the standard output, where lines are seen as they are written.
 *
 * The text is what `JSON.stringify` makes, with its rules: `toJSON` is called, members that are undefined or functions are left out,
 * **`NaN` and the infinities become `null`**. An item for which there is no JSON (undefined, a function, a symbol), or that throws (a
 * bigint, a cycle), is an `ItemError`.
 *
 * @throws OptionError at the declaration; FileError and ItemError while writing
 */
export function write(path: string, options?: NdjsonWriteOptions): Sink<unknown> {
  checkDeclaration('ndjson.write', path, options, writeRules, outputPathRule);
  return fileSink('ndjson', path, options?.gzip, valueEncoder);
}

const valueEncoder: BatchEncoder<unknown> = {
  ending: '',
  encode: (items) => {
    let text = '';
    for (let index = 0; index < items.length; index++) text += `${jsonOf(items[index], index)}\n`;
    return { text, next: valueEncoder };
  },
};

function jsonOf(item: unknown, index: number): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(item);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ItemError(`ndjson.write: item ${index} of the batch cannot be written as JSON: ${why}`, index, { cause: error });
  }
  if (text === undefined) {
    throw new ItemError(`ndjson.write: item ${index} of the batch is ${typeof item}, for which there is no JSON`, index);
  }
  return text;
}
