import type { FlowDeclaration } from '../declare/declaration.js';
import { PlanError } from '../errors.js';
import type { Bound, OnError, Plan, StagePlan } from './plan.js';

/** Dead letters that may wait to be written or be in the write that is under way. */
export const letterCapacity = 1024;

/** What a run does with items that fail for good, whatever their stage. */
export function rejectionPlan({ deadLetters, maxErrors }: FlowDeclaration): Pick<Plan, 'deadLetters' | 'maxErrors'> {
  return { deadLetters: deadLetters && { sink: deadLetters.name, capacity: letterCapacity }, maxErrors };
}

/** @throws PlanError when a stage writes dead letters and the flow does not say where */
export function refuseLostLetters({ stages, sinks, deadLetters }: FlowDeclaration): void {
  if (deadLetters !== undefined) return;
  const ends = sinks.map((sink) => ({ kind: 'sink', ...sink }));
  const lost = [...stages, ...ends].find(({ options }) => 'onError' in options && options.onError === 'deadLetter');
  if (lost === undefined) return;
  throw new PlanError(
    `${lost.kind === 'sink' ? 'sink' : 'stage'} "${lost.name}": onError is "deadLetter", and the flow does not say where dead letters go: ` +
      "write flow(source, { deadLetters: ndjson.write('rejects.ndjson') }) or another sink, or set onError: 'skip'",
  );
}

export function lettersTerms({ deadLetters }: FlowDeclaration, stages: readonly StagePlan[]): Bound['terms'] {
  if (deadLetters === undefined) return [];
  const each = Math.max(1, ...stages.map(({ onError, itemsEach = 1 }) => (onError === 'deadLetter' ? itemsEach : 1)));
  const why = each === 1 ? 'dead letters may wait' : `dead letters may wait, of arrays of up to ${each}`;
  return [{ stage: deadLetters.name, items: letterCapacity * each, why }];
}

export function failureReasons(onError: OnError): string[] {
  if (onError === 'skip') return ['an item that fails for good is dropped and counted'];
  return onError === 'deadLetter'
    ? ['an item that fails for good becomes a dead letter; while none can be written it keeps its place']
    : [];
}
