import type { Store } from './store.js';

/**
 * By this member a value is known as an end that can be given to a worker, whichever copy of this package has made it. The codec knows
 * nothing of ends: their functions keep them from being cloned, so one that lies too deep is told by a CloneError with its path.
 */
export const lending = Symbol.for('millrace.lending');

export type EndKind = 'connection' | 'queue';

/** What a worker gets of an end: ways to its stores. */
export interface Lent {
  readonly stores: readonly Store[];
  /** The worker is gone; `error` unless it had come to its end. After the stores were told. */
  readonly end: (error: unknown) => void;
}

export interface Lending {
  readonly kind: EndKind;
  /** @throws ClosedError when it cannot be given away */
  readonly check: () => void;
  /** @param worker name of who gets it */
  readonly give: (worker: string) => Lent;
}

export interface Lendable {
  readonly [lending]: Lending;
}

export function isLendable(value: unknown): value is Lendable {
  return typeof value === 'object' && value !== null && lending in value;
}
