import { task } from '@millrace/workers';

export type Nested = readonly Nested[];

export function nested(depth: number): Nested {
  let value: Nested = [];
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
}

/** More than the stack of the main thread takes, and less than that of a worker does. */
const TOO_DEEP = 5_000;

export const deepAt = task(import.meta, 'deepAt', ({ at, item }: { readonly at: number; readonly item: number }) =>
  item === at ? nested(TOO_DEEP) : item,
);
export const throwDeep = task(import.meta, 'throwDeep', (): never => {
  throw nested(TOO_DEEP);
});
export const kindOf = task(import.meta, 'kindOf', (item: unknown) => typeof item);
export const deepThenExit = task(import.meta, 'deepThenExit', (_: number) => {
  setImmediate(() => process.exit(3));
  return nested(TOO_DEEP);
});
