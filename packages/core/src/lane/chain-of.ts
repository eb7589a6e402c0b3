import type { AnyOperator } from '../declare/declaration.js';
import type { Timers } from '../timers.js';
import type { Chain, ChainHost } from './chain.js';
import { KeyedChains } from './keyed-chains.js';
import { SingleChain } from './single-chain.js';

/** What was decided for the operators of a stage. Structured-cloneable. */
export interface ChainTerms {
  /** Undefined: one instance for all items. */
  readonly maxKeys: number | undefined;
  readonly keyIdleMs: number | undefined;
  /** Undefined: nobody counts what is owed. */
  readonly maxPending: number | undefined;
  readonly lineage: 'sync' | undefined;
}

/** The operators of a stage, not yet subscribed to. */
export function chainOf(
  stage: string,
  operators: readonly AnyOperator[],
  host: ChainHost,
  { maxKeys, keyIdleMs, maxPending }: ChainTerms,
  timers: Timers,
): Chain {
  if (maxKeys === undefined) return new SingleChain(operators, host, maxPending !== undefined);
  return new KeyedChains(operators, host, { stage, maxKeys, idleMs: keyIdleMs, timers });
}
