import type { Sink } from '@millrace/core';
import { ItemError } from '../errors.js';
import { type BatchEncoder, fileSink } from '../file/file-sink.js';
import { checkDeclaration, gzipRule, type OptionRule, outputPathRule } from '../options.js';

/** Options of `lines.write`. */
export interface LinesWriteOptions {
  /** Pack the file. Default: whether the path ends in `.gz`. */
  readonly gzip?: boolean | undefined;
}

export const writeRules: Readonly<Record<keyof LinesWriteOptions, OptionRule>> = { gzip: gzipRule };

/**
 * Writes strings as lines that end with LF, in UTF-8. The file appears at the commit, whole; a failed or cancelled run leaves no file
 * and an existing one untouched; the path `-` is the standard output, where lines are seen as they are written.
 *
 * What would not come back from reading is an `ItemError`: an item that is no string, that holds a line feed, ends with a carriage return, holds
 * half of a surrogate pair, or begins the file with a byte order mark.
 *
 * @throws OptionError at the declaration; FileError and ItemError while writing
 *
 * @example
 * ```ts
 * import { lines } from '@millrace/connectors';
 * import { flow, pipeline } from '@millrace/core';
 *
 * const greeting = pipeline(import.meta, 'greeting', () => flow(['hello', 'world']).to(lines.write('greeting.txt')));
 * await greeting.run();
 * ```
 */
export function write(path: string, options?: LinesWriteOptions): Sink<string> {
  checkDeclaration('lines.write', path, options, writeRules, outputPathRule);
  return fileSink('lines', path, options?.gzip, lineEncoder(true));
}

function lineEncoder(isAtStart: boolean): BatchEncoder<string> {
  return {
    ending: '',
    encode: (items) => {
      for (const [index, item] of items.entries()) {
        const problem = problemOf(item, isAtStart && index === 0);
        if (problem !== undefined) throw new ItemError(`lines.write: item ${index} of the batch ${problem}`, index);
      }
      return items.length === 0
        ? { text: '', next: lineEncoder(isAtStart) }
        : { text: `${items.join('\n')}\n`, next: laterLines };
    },
  };
}

const laterLines = lineEncoder(false);

function problemOf(item: unknown, isFirst: boolean): string | undefined {
  if (typeof item !== 'string') return `is no string but ${item === null ? 'null' : typeof item}`;
  if (item.includes('\n')) return 'holds a line feed, which would make two lines of it';
  if (item.endsWith('\r')) return 'ends with a carriage return, which readers take for a part of the line end';
  if (!item.isWellFormed()) return 'holds half of a surrogate pair, which UTF-8 cannot carry';
  if (isFirst && item.startsWith('\uFEFF')) return 'begins the file with a byte order mark, which readers drop';
  return undefined;
}
