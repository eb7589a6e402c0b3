import { match, P } from 'ts-pattern';

/** How a run ends. */
export type Outcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'drained' }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'cancelled'; readonly reason: unknown };

/** The life of a run. `ending`: the outcome is certain, sources, sinks and lanes are being released. */
export type RunState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'draining' }
  | { readonly kind: 'ending'; readonly outcome: Outcome }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

/** What can happen to a run. */
export type Happening =
  | { readonly kind: 'started' }
  | { readonly kind: 'drainAsked' }
  /** END has come through the sink, and the sink has committed; or a reader has left, maybe before the start. */
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'cancelled'; readonly reason: unknown }
  /** Everything is released. */
  | { readonly kind: 'released' };

/** The state after a happening; the same object when it changes nothing, as every happening after the first terminal one but `released`. */
export function transition(state: RunState, happening: Happening): RunState {
  return match<[RunState, Happening], RunState>([state, happening])
    .with([{ kind: 'starting' }, { kind: 'started' }], () => ({ kind: 'running' }))
    .with([{ kind: P.union('starting', 'running') }, { kind: 'drainAsked' }], () => ({ kind: 'draining' }))
    .with([{ kind: P.union('starting', 'running') }, { kind: 'delivered' }], () => ({
      kind: 'ending',
      outcome: { kind: 'completed' },
    }))
    .with([{ kind: 'draining' }, { kind: 'delivered' }], () => ({ kind: 'ending', outcome: { kind: 'drained' } }))
    .with([{ kind: P.union('starting', 'running', 'draining') }, { kind: 'failed' }], ([, { error }]) => ({
      kind: 'ending',
      outcome: { kind: 'failed', error },
    }))
    .with([{ kind: P.union('starting', 'running', 'draining') }, { kind: 'cancelled' }], ([, { reason }]) => ({
      kind: 'ending',
      outcome: { kind: 'cancelled', reason },
    }))
    .with([{ kind: 'ending' }, { kind: 'released' }], ([{ outcome }]) => ({ kind: 'ended', outcome }))
    .otherwise(() => state);
}
