import type { FlowDeclaration } from '../declare/declaration.js';
import { maxLaneOutputs } from './chain-plan.js';
import { lettersTerms } from './failure-plan.js';
import type { Bound, StagePlan } from './plan.js';

type Term = Bound['terms'][number];

/** Items that one pull of the source brings at most; null when the source does not say. */
export interface PullSize {
  readonly items: number | null;
  readonly why: string;
  /** Items that it may hold beyond that. */
  readonly held?: number | undefined;
}

/**
 * The largest number of items that can be in memory at once: one pull of each source, and for each stage what may wait, run and be held. An
 * item that a tee gave to several counts once for each.
 *
 * @param pulls by the name of the source
 */
export function boundOf(flow: FlowDeclaration, stages: readonly StagePlan[], pulls: ReadonlyMap<string, PullSize>): Bound {
  const all = [...stages.flatMap((stage) => termsOf(stage, pulls.get(stage.name))), ...lettersTerms(flow)];
  const terms = all.filter(({ items }) => items !== 0);
  const known = terms.every(({ items }) => items !== null);
  return {
    items: known ? terms.reduce((sum, { items }) => sum + items!, 0) : null,
    terms,
    retaining: flow.stages.filter(({ body }) => body.kind === 'operators').map(({ name }) => name),
  };
}

function termsOf(stage: StagePlan, pull: PullSize | undefined): Term[] {
  const term = (items: number | null, why: string): Term => ({ stage: stage.name, items, why });
  if (stage.kind === 'source' && pull !== undefined) {
    return [term(pull.items, pull.why), term(pull.held ?? 0, 'may wait in it, as it cannot be slowed down')];
  }
  const queues = stage.from.length > 1 ? `may wait in its ${stage.from.length} queues` : 'may wait before it';
  const terms = [term(stage.from.length * (stage.capacity ?? 0), queues)];
  if (stage.window !== undefined) terms.push(term(...windowOf(stage.window, stage.onError)));
  const { workers: lanes = 1 } = stage;
  if (stage.fedAhead !== undefined) terms.push(term(stage.fedAhead, lanes > 1 ? 'may lie in its lanes' : 'may lie in its lane'));
  if (stage.maxHeld !== undefined) {
    terms.push(term(stage.maxHeld * lanes, lanes > 1 ? 'outputs may be held in its lanes' : 'outputs may be held'));
    if (lanes > 1) terms.push(term(lanes * maxLaneOutputs, 'outputs of its lanes may wait for room'));
  }
  if (stage.kind === 'batch') terms.push(term(stage.batch!, 'in the batch that fills'));
  if (stage.kind === 'sink') terms.push(term((stage.concurrency ?? 1) * (stage.batch ?? 0), writesText(stage)));
  return terms;
}

/** An input that may become a dead letter is kept while its outputs leave. */
function windowOf(window: number, onError: StagePlan['onError']): [items: number, why: string] {
  return onError === 'deadLetter'
    ? [3 * window, 'inputs of its window, kept for dead letters, and outputs']
    : [2 * window, 'inputs and outputs of its window'];
}

function writesText({ concurrency }: StagePlan): string {
  return concurrency === undefined || concurrency === 1 ? 'in one write' : `in ${concurrency} writes`;
}
