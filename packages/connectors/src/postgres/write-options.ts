import { OptionError } from '../errors.js';
import { checkOptions, type OptionRule, oneOf } from '../options.js';
import { connectTimeoutRule, urlRule } from './address.js';
import { aTable, columnNames, keyColumns } from './read-options.js';

/** Options of `postgres.write`. */
export interface PostgresWriteOptions {
  /** The table to write: `orders`, `sales.orders`. Case counts; a name with a point stands in double quotes. */
  readonly table: string;
  /** How: by COPY, which is fastest; by `insert`; or by `insert … on conflict (key) do update`. Default `copy`. */
  readonly write?: 'copy' | 'insert' | 'merge' | undefined;
  /** For `merge`: the column or columns by which rows are the same; a unique index must be on just these. */
  readonly key?: string | readonly string[] | undefined;
  /** Columns to write. Default: the keys of the first item. Other columns get their defaults. */
  readonly columns?: readonly string[] | undefined;
  /**
   * `run`: all rows of a run become visible together when it commits, and none of a run that fails. `batch`: each batch is a transaction of
   * its own, and those of a failed run stay; a run that is repeated writes them again. Where the connection is lost it
   * is then opened anew, and the batch written again, unless it went at a commit. Default `run`.
   */
  readonly transaction?: 'run' | 'batch' | undefined;
  /** Time that the server has to take a connection, in ms. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
}

export const writeRules: Readonly<Record<keyof PostgresWriteOptions, OptionRule>> = {
  table: { ...aTable, doc: 'The table to write. Case counts.', required: true },
  write: {
    ...oneOf('copy', 'insert', 'merge'),
    doc: 'By COPY, by insert, or by insert … on conflict (key) do update.',
    default: '"copy"',
  },
  key: {
    ...keyColumns,
    doc: 'For "merge": the column or columns by which rows are the same; a unique index must be on just these.',
  },
  columns: { ...columnNames, doc: 'Columns to write; others get their defaults.', default: 'the keys of the first item' },
  transaction: {
    ...oneOf('run', 'batch'),
    doc: 'What becomes visible together: all rows of a run, or each batch by itself, which a failed run leaves written.',
    default: '"run"',
  },
  connectTimeoutMs: connectTimeoutRule,
};

/** @throws OptionError */
export function checkWriteOptions(url: unknown, options: PostgresWriteOptions): void {
  const connector = 'postgres.write';
  checkOptions(connector, { ...options, url }, { url: urlRule, ...writeRules });
  const { write = 'copy', key, columns } = options;
  if (write === 'merge' && key === undefined) {
    throw new OptionError(
      connector,
      'key',
      'with "write: merge" the option "key" must name the columns by which rows are the same',
    );
  }
  if (write !== 'merge' && key !== undefined) {
    throw new OptionError(connector, 'key', `the option "key" is for "write: merge", and this is "write: ${write}"`);
  }
  const missing = columns && [key ?? []].flat().find((name) => !columns.includes(name));
  if (missing !== undefined) {
    throw new OptionError(connector, 'columns', `the option "columns" lacks "${missing}", which is in "key"`);
  }
}
