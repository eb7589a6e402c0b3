import type { RunReport, StageReport } from '@millrace/core';

/** The items of a function stage that have an outcome, whichever it is. */
function outcomes(stage: StageReport): number {
  return stage.ok + stage.filtered + stage.skipped + stage.deadLettered + stage.failed + stage.cancelled;
}

/** Where the counts of a report do not add up, a sentence each; none when every item is accounted for. */
export function discrepancies({ stages, read, delivered }: RunReport): string[] {
  const found: string[] = [];
  const expect = (what: string, count: number, other: string, otherCount: number): void => {
    if (count !== otherCount) found.push(`${what} is ${count}, but ${other} is ${otherCount}`);
  };
  const sources = stages.filter(({ kind }) => kind === 'source');
  const sinks = stages.filter(({ kind }) => kind === 'sink');
  if (sources.length > 0) expect('what the run read', read, `in of ${named(sources)}`, sum(sources, 'in'));
  if (sinks.length > 0) expect('what the run delivered', delivered, `out of ${named(sinks)}`, sum(sinks, 'out'));
  for (const stage of stages) {
    if (stage.kind === 'io' || stage.kind === 'cpu' || stage.kind === 'route')
      expect(`in of ${stage.name}`, stage.in, 'the sum of its outcomes', outcomes(stage));
  }
  for (const { givers, takers } of joints(stages)) {
    expect(`out of ${named(givers)}`, sum(givers, 'out'), `in of ${named(takers)}`, sum(takers, 'in'));
  }
  return found;
}

/** Stages that queues join: what the one side gave is what the other took. One to one, unless the flow parts or joins there. */
interface Joint {
  readonly givers: readonly StageReport[];
  readonly takers: readonly StageReport[];
}

function joints(stages: readonly StageReport[]): readonly Joint[] {
  return stages.reduce<readonly Joint[]>((found, taker) => {
    const givers = stages.filter(({ name }) => taker.from.includes(name));
    if (givers.length === 0) return found;
    const same = found.filter((joint) => joint.givers.some((giver) => givers.includes(giver)));
    const joint = {
      givers: [...new Set([...same.flatMap((each) => each.givers), ...givers])],
      takers: [...same.flatMap((each) => each.takers), taker],
    };
    return [...found.filter((each) => !same.includes(each)), joint];
  }, []);
}

function sum(stages: readonly StageReport[], count: 'in' | 'out'): number {
  return stages.reduce((all, stage) => all + stage[count], 0);
}

function named(stages: readonly StageReport[]): string {
  return stages.map(({ name }) => name).join(' and ');
}
