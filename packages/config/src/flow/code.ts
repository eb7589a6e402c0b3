import type * as operators from 'rxjs/operators';
import type { ExportRef, FieldRef } from '../params.js';
import * as discarding from './discard.js';

/** What a flow is built with: the user's modules by URL, and the operators of RxJS where the flow has any. */
export interface Code {
  readonly modules: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly rxjs: typeof operators | undefined;
}

export function isExportRef(value: unknown): value is ExportRef {
  return typeof value === 'object' && value !== null && 'module' in value && 'export' in value;
}

export function isFieldRef(value: unknown): value is FieldRef {
  return typeof value === 'object' && value !== null && 'field' in value;
}

/** Exports of a module. Those of a CommonJS module that Node.js does not see from outside are members of its default export. */
export function exportsOf(module: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { default: whole } = module;
  const named = Object.keys(module).some((name) => name !== 'default' && name !== 'module.exports' && name !== '__esModule');
  if (named || typeof whole !== 'object' || whole === null) return module;
  return { ...(whole as Readonly<Record<string, unknown>>), default: whole };
}

/** What an export is. Its kind was checked when the file was loaded. */
export function exported({ modules }: Code, ref: ExportRef): unknown {
  const module = ref.module === discarding.discardUrl ? discarding : modules.get(ref.module);
  const exports = module === undefined ? {} : exportsOf(module);
  if (!(ref.export in exports)) throw new Error(`${ref.module} does not export "${ref.export}"`);
  return exports[ref.export];
}

/** `customer.id` as a function of the item; undefined where a member on the way is missing. */
export function fieldOf({ field }: FieldRef): (item: unknown) => string | number | bigint | boolean {
  const names = field.split('.');
  // What it finds is checked where keys are taken: anything but a key is an error of the item.
  return (item) =>
    names.reduce<unknown>(
      (value, name) => (value === null || value === undefined ? undefined : Reflect.get(Object(value), name)),
      item,
    ) as string;
}
