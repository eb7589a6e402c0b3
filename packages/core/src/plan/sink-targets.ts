import type { FlowDeclaration } from '../declare/declaration.js';
import { PlanError } from '../errors.js';

/** @throws PlanError when two sinks of a flow, its dead letters among them, would each replace what the other has written */
export function refuseSharedTargets({ sinks, deadLetters }: FlowDeclaration): void {
  const writers = new Map<string, string>();
  for (const { name, target } of targetsOf(sinks, deadLetters)) {
    claimTarget(writers, name, target);
  }
}

/**
 * @param writers what others replace, with their names
 * @throws PlanError when one of them replaces the same
 */
export function claimTarget(writers: Map<string, string>, name: string, target: string): void {
  const other = writers.get(target);
  if (other !== undefined) {
    throw new PlanError(
      `${other} and ${name} both write ${target}, and the one that commits last would replace what the other wrote: ` +
        'give each its own, or bring the flows together with merge(...) before one sink',
    );
  }
  writers.set(target, name);
}

interface Target {
  readonly name: string;
  readonly target: string;
}

function targetsOf(sinks: FlowDeclaration['sinks'], deadLetters: FlowDeclaration['deadLetters']): Target[] {
  const all = sinks.map(({ name, sink }) => ({ name: `sink "${name}"`, target: sink.target }));
  if (deadLetters !== undefined) all.push({ name: `the dead letters' sink "${deadLetters.name}"`, target: deadLetters.target });
  return all.flatMap(({ name, target }) => (target === undefined ? [] : [{ name, target }]));
}
