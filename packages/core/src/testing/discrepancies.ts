import type { RunReport, StageReport } from '../run/report/report.js';

/** Stages that queues join: what the one side gave is what the other took. One to one, unless the flow parts or joins there. */
interface Joint {
  readonly givers: readonly StageReport[];
  readonly takers: readonly StageReport[];
}

/**
 * What does not add up in the report of a run: the outcomes of each stage, what stages give and take, what was read and delivered, the bound
 * on items in memory.
 *
 * @returns a sentence each; empty when all is well
 */
export function discrepancies({ stages, outcome, bound, peak, read, delivered }: RunReport): string[] {
  const found = [...joints(stages).flatMap(jointFault), ...stages.flatMap((stage) => stageFaults(stage, outcome))];
  const ofKind = (wanted: StageReport['kind']): StageReport[] => stages.filter(({ kind }) => kind === wanted);
  if (sum(ofKind('source'), 'in') !== read) found.push('read is not what the sources say');
  if (sum(ofKind('sink'), 'ok') !== delivered) found.push('delivered is not what the sinks say');
  if (bound !== null && peak > bound) found.push(`peak ${peak} over the bound ${bound}`);
  return found;
}

function joints(stages: readonly StageReport[]): readonly Joint[] {
  return stages.reduce<readonly Joint[]>((found, taker) => {
    const givers = stages.filter(({ name }) => taker.from.includes(name));
    if (givers.length === 0) return found;
    const same = found.filter((joint) => joint.givers.some((giver) => givers.includes(giver)));
    const all = new Set([...same.flatMap((joint) => joint.givers), ...givers]);
    const joint = { givers: [...all], takers: [...same.flatMap((each) => each.takers), taker] };
    return [...found.filter((each) => !same.includes(each)), joint];
  }, []);
}

function jointFault({ givers, takers }: Joint): string[] {
  const [gave, took] = [sum(givers, 'out'), sum(takers, 'in')];
  const names = (side: readonly StageReport[]): string => side.map(({ name }) => name).join(' and ');
  return gave === took ? [] : [`${names(givers)} gave ${gave}, ${names(takers)} took ${took}`];
}

function stageFaults(stage: StageReport, outcome: RunReport['outcome']): string[] {
  const { name, kind, queue, cancelled, failed, busyMs, blockedMs, starvedMs } = stage;
  const outcomes = stage.ok + stage.filtered + stage.skipped + stage.deadLettered + failed + cancelled;
  const faults: [boolean, string][] = [
    [outcomes !== stage.in, `${name}: ${stage.in} in, ${outcomes} with an outcome`],
    [cancelled < 0, `${name}: ${cancelled} cancelled`],
    [outcome === 'completed' && failed > 0, `${name}: ${failed} failed in a completed run`],
    [kind !== 'source' && queue.peak > queue.capacity, `${name}: queue over capacity`],
    [!(busyMs >= 0 && blockedMs >= 0 && starvedMs >= 0), `${name}: times`],
  ];
  return faults.filter(([isFault]) => isFault).map(([, text]) => text);
}

function sum(stages: readonly StageReport[], count: 'in' | 'out' | 'ok'): number {
  return stages.reduce((all, stage) => all + stage[count], 0);
}
