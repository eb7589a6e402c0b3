import { isAbsolute, normalize } from 'node:path';

/** What a comment before a fence says is to be done with it. */
export type Directive =
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'run'; readonly exit: number }
  | { readonly kind: 'output'; readonly anyNumbers: boolean }
  | { readonly kind: 'given'; readonly text: string }
  | { readonly kind: 'given for all'; readonly text: string }
  | { readonly kind: 'in clone' }
  | { readonly kind: 'with'; readonly path: string }
  | { readonly kind: 'checked elsewhere'; readonly by: readonly string[] }
  | { readonly kind: 'not run'; readonly reason: string };

/** How each is written. */
const forms: readonly (readonly [form: RegExp, read: (argument: string) => Directive | string])[] = [
  [/^file:\s*(\S+)$/, fileDirective],
  [/^run$/, () => ({ kind: 'run', exit: 0 })],
  [/^run:\s*exit (\d+)$/, (exit) => ({ kind: 'run', exit: Number(exit) })],
  [/^output$/, () => ({ kind: 'output', anyNumbers: false })],
  [/^output:\s*other numbers each time$/, () => ({ kind: 'output', anyNumbers: true })],
  [/^given:\s*([\s\S]+)$/, (text) => ({ kind: 'given', text })],
  [/^given for all:\s*([\s\S]+)$/, (text) => ({ kind: 'given for all', text })],
  [/^in:\s*clone$/, () => ({ kind: 'in clone' })],
  [/^with:\s*(\S+)$/, (path) => ({ kind: 'with', path })],
  [/^checked elsewhere:\s*([\s\S]+)$/, (by) => ({ kind: 'checked elsewhere', by: by.split(/\s*,\s*/) })],
  [/^not run:\s*([\s\S]+)$/, (reason) => ({ kind: 'not run', reason })],
];

export const directiveForms =
  '`file: NAME`, `run`, `run: exit N`, `output`, `output: other numbers each time`, `given: …`, `given for all: …`, `in: clone`, `with: PATH`, `checked elsewhere: …`, `not run: REASON`';

/** @returns `undefined` for a comment that is none; a text says what is wrong with one that is. */
export function readDirective(comment: string): Directive | string | undefined {
  for (const [form, read] of forms) {
    const found = form.exec(comment);
    if (found !== null) return read(found[1] ?? '');
  }
  return undefined;
}

function fileDirective(name: string): Directive | string {
  const path = normalize(name);
  if (isAbsolute(path) || path.startsWith('..'))
    return `the file "${name}" lies outside of the page's folder; name it from there`;
  return { kind: 'file', name: path };
}
