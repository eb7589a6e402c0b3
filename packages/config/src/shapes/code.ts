import { type Node, textOf } from '../document/node.js';
import { type Shape, type Site, type Wanted, wrongValue } from './shape.js';

/** An export of a module: what `./orders.ts#parseOrder` stands for. */
export interface ExportRef {
  /** URL of the module: that of a file, or what Node.js has for a package. */
  readonly module: string;
  /** Name of the export. */
  readonly export: string;
}

/** A member of the item: what `customer.id` stands for as a key. */
export interface FieldRef {
  readonly field: string;
}

const pattern = '^[^#]+#[A-Za-z_$][\\w$]*$';
const form = new RegExp(pattern);
/** What cannot be anything else: a path with an export. */
const pathForm = /^(?:\.{0,2}\/|[A-Za-z]:[\\/]|file:)[^#]*#/;

/** Whether a text is meant as a reference where other texts may stand too. */
export function isReference(node: Node): boolean {
  return pathForm.test(textOf(node) ?? '');
}

export function splitReference(text: string): { readonly specifier: string; readonly name: string } {
  const at = text.lastIndexOf('#');
  return { specifier: text.slice(0, at), name: text.slice(at + 1) };
}

export function readReference(node: Node, { moduleOf }: Site): ExportRef {
  const { specifier, name } = splitReference(textOf(node) ?? '');
  return { module: moduleOf(specifier), export: name };
}

/** `./module.ts#export`. */
export function code(wanted: Wanted, what = 'a function'): Shape<ExportRef> {
  const allowed = `${what}: "./module.ts#export"`;
  return {
    allowed,
    schema: () => ({ type: 'string', pattern }),
    check: (node, label, site) => checkReference(node, label, site, wanted, allowed),
    read: readReference,
  };
}

export function checkReference(node: Node, label: string, site: Site, wanted: Wanted, allowed: string): void {
  const text = textOf(node);
  if (node.faulty) return;
  if (node.kind !== 'scalar' || text === undefined) {
    wrongValue(node, label, allowed, site);
    return;
  }
  if (form.test(text)) {
    site.refer({ node, wanted });
    return;
  }
  const hint = text.includes('#')
    ? 'behind the "#" stands the name of an export: a word of letters and digits'
    : `name the export: "${text === '' ? './module.ts' : text}#name"`;
  wrongValue(node, label, allowed, site, hint);
}

const fieldForm = /^[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$0-9][\w$-]*)*$/;

/** A function, or a member of the item by its path. */
export const keyShape: Shape<ExportRef | FieldRef> = {
  allowed: 'a field of the item ("customer.id") or a function: "./module.ts#export"',
  schema: () => ({ type: 'string', minLength: 1 }),
  check: (node, label, site) => {
    const text = textOf(node);
    if (text?.includes('#')) return checkReference(node, label, site, 'function', keyShape.allowed);
    if (text === undefined || !fieldForm.test(text)) wrongValue(node, label, keyShape.allowed, site);
  },
  read: (node, site) => {
    const text = textOf(node) ?? '';
    return text.includes('#') ? readReference(node, site) : { field: text };
  },
};
