import { didYouMean } from '../spelling.js';
import type { Connection } from './connection.js';
import { columnsNamed, type Relation } from './relation.js';
import { badItem, keysOf, RowEncoder } from './row-encoder.js';
import type { Writing } from './write-rows.js';

/**
 * The encoder for the columns that are declared, else for those that the first item has.
 *
 * @throws ItemError for a first item that cannot name them; PostgresError
 */
export function encoderFor(
  items: readonly object[],
  { target, columns }: Pick<Writing, 'target' | 'columns'>,
  relation: Relation,
  connection: Connection,
): RowEncoder {
  if (columns !== undefined) return new RowEncoder(columnsNamed(connection, target.table, relation, columns));
  const keys = keysOf(items[0], 0);
  if (keys.length === 0) throw badItem(0, 'has no keys, so it cannot name the columns; give the option "columns"');
  const { columns: known } = relation;
  const stray = keys.find((name) => !known.has(name));
  if (stray !== undefined) {
    const names = [...known.keys()];
    throw badItem(
      0,
      `has the key "${stray}", which is no column of ${target.table}${didYouMean(stray, names)}; those are ${names.join(', ')}`,
    );
  }
  const missing = target.key.find((name) => !keys.includes(name));
  if (missing !== undefined) throw badItem(0, `lacks "${missing}", which is in the key by which rows are merged`);
  return new RowEncoder(keys.map((name) => known.get(name)!));
}
