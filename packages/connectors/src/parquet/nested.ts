import type { SchemaElement, SchemaTree } from 'hyparquet';
import { type Convert, converterOf, Inexact } from './leaf.js';
import type { ParquetTypeOptions } from './read-options.js';

/** How a nested column is read: the schema that the driver is shown, and what is made of the values that it puts together. */
export interface NestedColumn {
  readonly schema: readonly SchemaElement[];
  readonly convert: (assembled: unknown) => unknown;
}

/** Stands before each key of a map: the driver stores keys as they come, and would set the prototype for `__proto__`. */
export const keyMark = ':';

/** @returns what is wrong, for a column that cannot be read */
export function nestedColumn(column: SchemaTree, options: ParquetTypeOptions): NestedColumn | string {
  const problem = problemOf(column);
  return problem ?? { schema: plainSchema(column), convert: orNull(readerOf(column, options)) };
}

function problemOf(node: SchemaTree): string | undefined {
  const { name, logical_type } = node.element;
  if (logical_type?.type === 'VARIANT') return 'it is of the type VARIANT, which is not supported';
  // The driver sets members by assignment.
  if (name === '__proto__') return 'one of its fields is called "__proto__"';
  const key = isMap(node) ? keyOf(node) : undefined;
  if (key !== undefined && (key.children.length > 0 || key.element.type !== 'BYTE_ARRAY'))
    return 'it is a map whose keys are no text';
  for (const child of node.children) {
    const found = problemOf(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The elements as the driver is shown them: leaves without annotations, so that it hands out what is stored, and keys with a mark. */
function plainSchema(node: SchemaTree, isKey = false): SchemaElement[] {
  const { converted_type, logical_type, ...plain } = node.element;
  if (node.children.length === 0) return [isKey ? { ...plain, logical_type: { type: 'UUID' } } : plain];
  const kind = isList(node) ? { converted_type: 'LIST' as const } : isMap(node) ? { converted_type: 'MAP' as const } : {};
  const key = isMap(node) ? keyOf(node) : undefined;
  return [
    { ...plain, ...kind },
    ...node.children.flatMap((child) =>
      key === undefined
        ? plainSchema(child)
        : [stripped(child.element), ...child.children.flatMap((entry) => plainSchema(entry, entry === key))],
    ),
  ];
}

function stripped({ converted_type, logical_type, ...plain }: SchemaElement): SchemaElement {
  return plain;
}

function isList({ element, children }: SchemaTree): boolean {
  const isMarked = element.converted_type === 'LIST' || element.logical_type?.type === 'LIST';
  const [child] = children;
  return isMarked && children.length === 1 && child!.children.length <= 1 && child!.element.repetition_type === 'REPEATED';
}

function isMap({ element, children }: SchemaTree): boolean {
  const { converted_type: converted } = element;
  const isMarked = converted === 'MAP' || converted === 'MAP_KEY_VALUE' || element.logical_type?.type === 'MAP';
  const [child] = children;
  const names = child?.children.map((entry) => entry.element.name) ?? [];
  return isMarked && children.length === 1 && child!.element.repetition_type === 'REPEATED' && names.join() === 'key,value';
}

function keyOf(map: SchemaTree): SchemaTree {
  return map.children[0]!.children[0]!;
}

type Read = (assembled: unknown) => unknown;

function orNull(read: Read): Read {
  return (assembled) => (assembled === null || assembled === undefined ? null : read(assembled));
}

function listOf(read: Read): Read {
  const readEach = orNull(read);
  return (assembled) => (assembled as readonly unknown[]).map(readEach);
}

function readerOf(node: SchemaTree, options: ParquetTypeOptions): Read {
  const one = singleReaderOf(node, options);
  return node.element.repetition_type === 'REPEATED' ? listOf(one) : one;
}

function singleReaderOf(node: SchemaTree, options: ParquetTypeOptions): Read {
  if (node.children.length === 0) {
    const convert: Convert | undefined = converterOf(node.element, options);
    return convert === undefined ? (stored) => stored : (stored) => convert(stored as never);
  }
  if (isList(node)) {
    const [child] = node.children;
    // Of three levels the middle one is only the repetition; of two the repeated one is the element.
    const element = child!.children.length === 1 ? child!.children[0]! : child!;
    return listOf(element === child ? singleReaderOf(element, options) : readerOf(element, options));
  }
  if (isMap(node)) {
    const value = orNull(readerOf(node.children[0]!.children[1]!, options));
    return (assembled) =>
      Object.fromEntries(Object.entries(assembled as object).map(([key, stored]) => [key.slice(keyMark.length), value(stored)]));
  }
  const fields = node.children.map((child) => [child.element.name, orNull(readerOf(child, options))] as const);
  return (assembled) => {
    const struct = assembled as Readonly<Record<string, unknown>>;
    return Object.fromEntries(fields.map(([name, read]) => [name, read(struct[name])]));
  };
}

/** The first value within that cannot be told exactly. */
export function inexactIn(value: unknown): Inexact | undefined {
  if (value instanceof Inexact) return value;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const member of Array.isArray(value) ? value : Object.values(value)) {
    const found = inexactIn(member);
    if (found !== undefined) return found;
  }
  return undefined;
}
