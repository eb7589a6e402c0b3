import type { Sink, Source } from '@millrace/core';
import { PlanError } from '@millrace/core';

/** In a test, in the place of a source whose options lack the value of a var: it has the name, and cannot be opened. */
export function standInSource(name: string): Source<unknown> {
  return { name, maxPull: 1, open: () => refuse(name) };
}

/** The same of a sink. */
export function standInSink(name: string): Sink<unknown> {
  return { name, open: () => refuse(name) };
}

function refuse(name: string): never {
  throw new PlanError(`"${name}" cannot be opened: the file was loaded for tests, and a var in its options has no value`);
}
