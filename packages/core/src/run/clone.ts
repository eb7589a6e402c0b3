import { cloneFault, cloneToThread } from '@millrace/workers';

/** What happens to a value on its way to a task or a chain, or from it. Throws when it cannot cross. */
export type Cross = (value: unknown, path: 'item' | 'output') => unknown;

/**
 * Copies a value as crossing to a worker would.
 *
 * @param path what the value is, as the error begins its path: `item`, `output`, `params`
 * @throws CloneError that leads to the member that cannot be copied
 */
export function cloneAcross(value: unknown, path: string): unknown {
  // Most items of a cheap stage are primitives, for which a structured clone costs much and changes nothing.
  if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')) return value;
  try {
    return cloneToThread(value);
  } catch (error) {
    throw cloneFault(value, path) ?? error;
  }
}
