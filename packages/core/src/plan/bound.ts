import type { FlowDeclaration } from '../declare/declaration.js';
import { maxLaneOutputs } from './chain-plan.js';
import { lettersTerms } from './failure-plan.js';
import type { Bound, StagePlan } from './plan.js';
import type { PullSize } from './pull-size.js';

type Term = Bound['terms'][number];

/**
 * The largest number of items that can be in memory at once: one pull of each source, and for each stage what may wait, run and be held. An
 * item that a tee gave to several counts once for each, one in an array of a `batch` as any other.
 *
 * @param pulls by the name of the source
 */
export function boundOf(flow: FlowDeclaration, stages: readonly StagePlan[], pulls: ReadonlyMap<string, PullSize>): Bound {
  const all = [...stages.flatMap((stage) => termsOf(stage, pulls.get(stage.name))), ...lettersTerms(flow, stages)];
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
  const { workers: lanes = 1, itemsEach: each = 1 } = stage;
  // What comes to it: of a batch all items count.
  const inputs = (count: number, why: string): Term =>
    term(count * each, each === 1 ? why : `${why}, in arrays of up to ${each}`);
  const queues = stage.from.length > 1 ? `may wait in its ${stage.from.length} queues` : 'may wait before it';
  const terms = [inputs(stage.from.length * (stage.capacity ?? 0), queues)];
  if (stage.window !== undefined) terms.push(term(...windowOf(stage.window, each, stage.onError)));
  if (stage.fedAhead !== undefined)
    terms.push(inputs(stage.fedAhead, lanes > 1 ? 'may lie in its lanes' : 'may lie in its lane'));
  if (stage.kind === 'route') terms.push(inputs(stage.maxHeld ?? 0, 'outputs may be held'));
  else if (stage.maxHeld !== undefined) {
    terms.push(term(stage.maxHeld * lanes, lanes > 1 ? 'outputs may be held in its lanes' : 'outputs may be held'));
    if (lanes > 1) terms.push(term(lanes * maxLaneOutputs, 'outputs of its lanes may wait for room'));
  }
  if (stage.kind === 'batch') terms.push(inputs(stage.batch!, 'in the batch that fills'));
  if (stage.kind === 'sink') terms.push(inputs((stage.concurrency ?? 1) * (stage.batch ?? 0), writesText(stage)));
  return terms;
}

/**
 * The place of an input is that of its first output, and as many further outputs may wait. An input that may become a dead letter is kept
 * while its outputs leave.
 *
 * @param each items in an input
 */
function windowOf(window: number, each: number, onError: StagePlan['onError']): [items: number, why: string] {
  const arrays = each === 1 ? '' : `, inputs being arrays of up to ${each}`;
  return onError === 'deadLetter'
    ? [(each + 2) * window, `inputs of its window, kept for dead letters, and outputs${arrays}`]
    : [(each + 1) * window, `inputs and outputs of its window${arrays}`];
}

function writesText({ concurrency }: StagePlan): string {
  return concurrency === undefined || concurrency === 1 ? 'in one write' : `in ${concurrency} writes`;
}
