import type { SourceDeclaration } from '../declare/declaration.js';

/** Items taken from a synchronous iterable at a time. */
export const maxSyncPull = 256;

/** Items that one pull of the source brings at most; null when the source does not say. */
export interface PullSize {
  readonly items: number | null;
  readonly why: string;
  /** Items that it may hold beyond that. */
  readonly held?: number | undefined;
}

/** What one pull of a source brings, and why. */
export function pullSize(source: SourceDeclaration): PullSize {
  if (source.kind === 'connector') {
    const { maxPull, capacity: held } = source.source;
    return maxPull === undefined
      ? { items: null, why: 'as many items a pull as the connector likes', held }
      : { items: maxPull, why: `at most ${maxPull} items a pull, as the connector says`, held };
  }
  if (source.kind === 'iterable' && Symbol.iterator in source.iterable && !(Symbol.asyncIterator in source.iterable)) {
    return { items: maxSyncPull, why: `at most ${maxSyncPull} items a pull from an iterable` };
  }
  if (source.kind === 'function')
    return { items: maxSyncPull, why: `at most ${maxSyncPull} items a pull from what the function returns` };
  return { items: 1, why: 'one item a pull from an async iterable' };
}
