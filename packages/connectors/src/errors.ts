import { MillraceError } from '@millrace/core';

/**
 * What a file holds is not what its format allows.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { csv, DataError } from '@millrace/connectors';
 * import { flow } from '@millrace/core';
 *
 * await writeFile('prices.csv', 'id,price\n1,12.50\n2,n/a\n');
 * try {
 *   await flow(csv.read('prices.csv', { types: { price: 'number' } })).toArray();
 * } catch (error) {
 *   const { cause } = error as Error; // the run's error says which stage failed
 *   if (cause instanceof DataError) console.log(cause.origin); // prices.csv:3:3
 * }
 * ```
 */
export class DataError extends MillraceError {
  /** Always `ERR_MALFORMED_DATA`. */
  readonly code = 'ERR_MALFORMED_DATA';
  /** The path as the caller gave it, that of a glob's match; `<stdin>`; the URL of a body, without secrets. */
  readonly file: string;
  /** From 1. Lines are physical ones: a line break in a quoted CSV field counts. 1 in formats that have none. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** `file:line:column` */
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

/** The file system refuses a file, or a glob has no match. `cause` is the error of the system, when there was one. */
export class FileError extends MillraceError {
  /** Always `ERR_FILE`. */
  readonly code = 'ERR_FILE';
  /** As the caller gave it: relative where that was relative. */
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/**
 * Whether the error, or one that caused it, says that the reader of a pipe has gone, as in `… | head`: no fault of the run, which has
 * nobody left to write for.
 *
 * @example
 * ```ts
 * import { isBrokenPipe, lines } from '@millrace/connectors';
 * import { flow, pipeline } from '@millrace/core';
 *
 * const numbers = pipeline(import.meta, 'numbers', () => flow(['1', '2', '3']).to(lines.write('-')));
 * await numbers.run().catch((error) => {
 *   if (!isBrokenPipe(error)) throw error;
 * });
 * ```
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

/** A sink cannot write an item; nothing of its batch was written. `onError` of the sink can take that item out, and no other. */
export class ItemError extends MillraceError {
  /** Always `ERR_ITEM`. */
  readonly code = 'ERR_ITEM';
  /** Place of the item in the batch that was to be written, from 0. */
  readonly index: number;

  constructor(message: string, index: number, options?: ErrorOptions) {
    super(message, options);
    this.index = index;
  }
}

/** A connector was declared with an option that it does not have, or a value that the option does not take. */
export class OptionError extends MillraceError {
  /** Always `ERR_OPTION`. */
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
 * A value of a Parquet file or of PostgreSQL would lose something on its way into JavaScript: an integer beyond ±(2⁵³ − 1), say. `option` of the
 * connector says what becomes of such values; by default they are refused, not bent.
 */
export class LossyValueError extends MillraceError {
  /** Always `ERR_LOSSY_VALUE`. */
  readonly code = 'ERR_LOSSY_VALUE';
  /** Name of the column that holds it. */
  readonly column: string;
  /** Where the value stands: `orders:17`, `orders.parquet#17` is row 17, from 1. */
  readonly origin: string;
  /** Name of the option of the connector that decides it: `bigIntegers`. */
  readonly option: string;

  constructor(origin: string, column: string, option: string, problem: string) {
    super(`${origin}: the column "${column}" ${problem}`);
    this.origin = origin;
    this.column = column;
    this.option = option;
  }
}

/** An optional package that a connector needs is not installed. */
export class MissingPackageError extends MillraceError {
  /** Always `ERR_MISSING_PACKAGE`. */
  readonly code = 'ERR_MISSING_PACKAGE';
  /** All that the connector needs for this, be some of them there. */
  readonly packages: readonly string[];
  /** What installs them: `npm install pg`. */
  readonly command: string;

  constructor(connector: string, packages: readonly string[], options?: ErrorOptions) {
    const command = `npm install ${packages.join(' ')}`;
    const what =
      packages.length === 1 ? `the package ${packages[0]}, which is` : `the packages ${packages.join(' and ')}, which are`;
    super(`${connector} needs ${what} not installed here: ${command}`, options);
    this.packages = packages;
    this.command = command;
  }
}
