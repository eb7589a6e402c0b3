import type { Writer } from '../../declare/sink.js';
import { PlanError } from '../../errors.js';

/**
 * What the `open` of a sink has given, when it is a writer: without one the items would be counted and dropped.
 *
 * @throws PlanError that names the methods that are missing
 */
export function checkedWriter<T>(name: string, writer: Writer<T>): Writer<T> {
  const given: Partial<Record<keyof Writer<T>, unknown>> | null | undefined = writer;
  const missing = (['write', 'commit', 'abort'] as const).filter((method) => typeof given?.[method] !== 'function');
  if (missing.length === 0) return writer;
  throw new PlanError(`sink "${name}": open() must resolve to a writer, and what it gave has no ${missing.join(', no ')}`);
}
