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

/**
 * A value of the data cannot be told exactly in the type that it would become: a whole number beyond ±(2⁵³ − 1) as a number, say. `option`
 * is the option of the connector that says what becomes of such values.
 */
export class LossyValueError extends MillraceError {
  readonly code = 'ERR_LOSSY_VALUE';
  /** Where the value lies: `file#row`. */
  readonly origin: string;
  /** The row, counted from 1. */
  readonly row: number;
  readonly column: string;
  readonly option: string;

  constructor(source: string, row: number, column: string, option: string, problem: string) {
    super(`${source}#${row}: the column "${column}" holds ${problem}; the option "${option}" says what becomes of such values`);
    this.origin = `${source}#${row}`;
    this.row = row;
    this.column = column;
    this.option = option;
  }
}

/** A package that a connector needs, and that is installed only by those who use it, is not there. */
export class MissingDriverError extends MillraceError {
  readonly code = 'ERR_MISSING_DRIVER';
  /** The packages to install. */
  readonly packages: readonly string[];

  constructor(connector: string, packages: readonly string[], options?: ErrorOptions) {
    super(
      `${connector} needs ${packages.join(' and ')}, which cannot be loaded here: npm install ${packages.join(' ')}`,
      options,
    );
    this.packages = packages;
  }
}
