import { propertyName } from '../csv/row-builder.js';

type Columns = readonly ArrayLike<unknown>[];
type Row = Record<string, unknown>;

/** Makes the rows `from` up to `to` of columns. */
export type SliceRows = (columns: Columns, from: number, to: number) => Row[];

/** One object literal for all rows, compiled for these names, as of the rows of CSV. */
export function rowSlicer(names: readonly string[]): SliceRows {
  const literal = names.map((name, index) => `${propertyName(name)}: c${index}[row]`).join(', ');
  const unpacked = names.map((_, index) => `const c${index} = columns[${index}];`).join(' ');
  const body = `${unpacked} const rows = []; for (let row = from; row < to; row += 1) rows.push({ ${literal} }); return rows;`;
  try {
    return new Function('columns', 'from', 'to', body) as SliceRows;
  } catch (error) {
    if (error instanceof EvalError) return copyingSlicer(names);
    throw error;
  }
}

/** Where the program forbids code from strings. */
export function copyingSlicer(names: readonly string[]): SliceRows {
  return (columns, from, to) =>
    Array.from({ length: to - from }, (_, offset) =>
      Object.fromEntries(names.map((name, index) => [name, columns[index]![from + offset]])),
    );
}
