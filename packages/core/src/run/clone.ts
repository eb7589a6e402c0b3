import { cloneFault } from '@millrace/workers';

/**
 * Copies a value as crossing to a worker would.
 *
 * @throws CloneError that leads to the member that cannot be copied
 */
export function cloneAcross(value: unknown): unknown {
  // Most items of a cheap stage are primitives, for which a structured clone costs much and changes nothing.
  if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')) return value;
  try {
    return structuredClone(value);
  } catch (error) {
    throw cloneFault(value) ?? error;
  }
}
