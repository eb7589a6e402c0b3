import { MillraceError } from '@millrace/core';

/**
 * What a file holds is not what its format allows. `line` and `column` are 1-based; lines are physical ones (a line break in a quoted
 * CSV field counts), columns count UTF-16 code units. `file` is the path as the caller gave it, `origin` is `file:line:column`.
 */
export class DataError extends MillraceError {
  readonly code = 'ERR_MALFORMED_DATA';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly origin: string;

  constructor(file: string, line: number, column: number, problem: string, options?: ErrorOptions) {
    const origin = `${file}:${line}:${column}`;
    super(`${origin}: ${problem}`, options);
    this.file = file;
    this.line = line;
    this.column = column;
    this.origin = origin;
  }
}

/** The file system refuses a file. `path` is the path as the caller gave it; `cause` is the error of the system, when there was one. */
export class FileError extends MillraceError {
  readonly code = 'ERR_FILE';
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/**
 * Whether the error, or one that caused it, says that the reader of a pipe has gone, as in `… | head`: no fault of the run, which has
 * nobody left to write for.
 */
export function isBrokenPipe(error: unknown): boolean {
  let cause = error;
  // Causes may go in a circle.
  for (let depth = 0; depth < 20 && typeof cause === 'object' && cause !== null; depth++) {
    if ('code' in cause && cause.code === 'EPIPE') return true;
    cause = 'cause' in cause ? cause.cause : undefined;
  }
  return false;
}

/** A sink cannot write an item. `index` is its 0-based place in the batch that was to be written; nothing of that batch was written. */
export class ItemError extends MillraceError {
  readonly code = 'ERR_ITEM';
  readonly index: number;

  constructor(message: string, index: number, options?: ErrorOptions) {
    super(message, options);
    this.index = index;
  }
}

/** A connector was declared with an option that it does not have, or a value that the option does not take. */
export class OptionError extends MillraceError {
  readonly code = 'ERR_OPTION';
  /** The connector: `csv.read`. */
  readonly connector: string;
  /** The option: `delimiter`; `path` for the first argument. */
  readonly option: string;

  constructor(connector: string, option: string, problem: string) {
    super(`${connector}: ${problem}`);
    this.connector = connector;
    this.option = option;
  }
}
