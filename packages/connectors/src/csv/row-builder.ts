import type { CellValue } from './column-type.js';

/** A member of a row: its name and the place of its value among the fields. */
export interface Member {
  readonly name: string;
  readonly field: number;
}

export type Row = Record<string, CellValue>;

/** Makes a row, a plain object with an own property for every member, from the fields of a record. */
export type BuildRow = (fields: readonly CellValue[]) => Row;

/**
 * A builder that was compiled for these members: all rows come from one object literal, so they share one hidden class and are made
 * five times as fast as by stores under a variable name. A name enters the code only as a JSON string, which is a string literal of the
 * language whatever it holds, and `__proto__` as a computed name, which defines a property where a plain one would set the prototype.
 *
 * Where the program forbids code from strings, rows are made by {@link copyingBuilder}.
 */
export function rowBuilder(members: readonly Member[]): BuildRow {
  const literal = members.map(({ name, field }) => `${propertyName(name)}: fields[${field}]`).join(', ');
  try {
    return new Function('fields', `return { ${literal} };`) as BuildRow;
  } catch (error) {
    if (error instanceof EvalError) return copyingBuilder(members);
    throw error;
  }
}

/** Copies a template, then fills it: `fromEntries` defines `__proto__` as a property, and a store to an own property is just that. */
export function copyingBuilder(members: readonly Member[]): BuildRow {
  const template: Row = Object.fromEntries(members.map(({ name }) => [name, null]));
  return (fields) => {
    const row = { ...template };
    for (const { name, field } of members) row[name] = fields[field]!;
    return row;
  };
}

/** A name as the key of an object literal. */
export function propertyName(name: string): string {
  const text = JSON.stringify(name);
  return name === '__proto__' ? `[${text}]` : text;
}
