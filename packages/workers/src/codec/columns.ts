import { types } from 'node:util';
import { areWorthBuffers, type Column, columnOf, inFrame, type LongTexts, valuesOf } from './column.js';
import { isArguments } from './exact.js';

/** Plain objects of one shape, column by column. */
export interface Columns {
  /** Their members, in order. */
  readonly keys: readonly string[];
  /** One for each member. */
  readonly columns: readonly Column[];
  readonly length: number;
}

/** More members cost more to compile than a batch gains. */
const MAX_KEYS = 64;
/** Shapes whose rows are remembered; a program whose keys are data has any number. */
const MAX_SHAPES = 256;

/** Copies one member of each object. */
type ReadMember = (rows: readonly unknown[], members: unknown[]) => void;
type MakeRows = (columns: readonly ArrayLike<unknown>[], length: number) => unknown[];

/** Node can be told not to generate code; then there are no columns. */
const canGenerate = ((): boolean => {
  try {
    return new Function('return true')() as boolean;
  } catch {
    return false;
  }
})();

/**
 * Undefined when the values have several shapes, or members that columns do not carry: what is made carries them exactly.
 * Throws what a getter of a value throws.
 */
export function columnsOf(values: readonly unknown[]): Columns | undefined {
  const { length } = values;
  const first = values[0];
  // Numbers and strings by themselves are cloned faster by the port.
  if (typeof first !== 'object' || first === null || !canGenerate) return undefined;
  const keys = Object.keys(first);
  if (keys.length === 0 || keys.length > MAX_KEYS || keys.includes('__proto__')) return undefined;
  for (const value of values) if (!hasShape(value, keys)) return undefined;
  const columns: (Column | LongTexts)[] = [];
  const members = new Array<unknown>(length);
  for (const read of readers.get(JSON.stringify(keys), keys)) {
    read(values, members);
    const column = columnOf(members);
    if (column === undefined) return undefined;
    columns.push(column);
  }
  return areWorthBuffers(columns) ? { keys, columns: columns.map(inFrame), length } : undefined;
}

export function rowsOf({ keys, columns, length }: Columns): readonly unknown[] {
  const arrays = columns.map(valuesOf);
  // The kinds too: each loop then reads arrays of one kind only.
  const shape = JSON.stringify([keys, columns.map(({ kind, absent }) => kind + (absent === undefined ? '' : '?'))]);
  return makers.get(shape, keys)(arrays, length);
}

/** A plain object with these members in this order, and no other. Proxies and `arguments` have the looks of one, and cannot be cloned. */
function hasShape(value: unknown, keys: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype || types.isProxy(value))
    return false;
  if (isArguments(value, keys[0])) return false;
  let position = 0;
  for (const key in value) if (key !== keys[position++]) return false;
  return position === keys.length;
}

/** Code made for the shapes met so far, by a text of each. One function a shape, so that each loop sees objects of one hidden class. */
class Compiled<F> {
  readonly #made = new Map<string, F>();
  readonly #make: (keys: readonly string[]) => F;

  constructor(make: (keys: readonly string[]) => F) {
    this.#make = make;
  }

  get(shape: string, keys: readonly string[]): F {
    let made = this.#made.get(shape);
    if (made === undefined) {
      if (this.#made.size >= MAX_SHAPES) this.#made.clear();
      made = this.#make(keys);
      this.#made.set(shape, made);
    }
    return made;
  }
}

// Keys go into code as JSON, which is a subset of the literals of JavaScript; and `__proto__` is not among them.

const readers = new Compiled<readonly ReadMember[]>((keys) =>
  keys.map((key) =>
    compiled(['rows', 'members'], `for (let i = 0; i < rows.length; i++) members[i] = rows[i][${JSON.stringify(key)}];`),
  ),
);

/** An object literal in a loop: the rows have one hidden class, as those that a task's own code makes. */
const makers = new Compiled<MakeRows>((keys) =>
  compiled(
    ['columns', 'length'],
    `const [${keys.map((_, i) => `c${i}`)}] = columns;
     const rows = new Array(length);
     for (let i = 0; i < length; i++) rows[i] = { ${keys.map((key, i) => `${JSON.stringify(key)}: c${i}[i]`)} };
     return rows;`,
  ),
);

function compiled<F>(parameters: readonly string[], body: string): F {
  return new Function(...parameters, body) as F;
}
