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
  const [first, last] = [stages[0], stages.at(-1)];
  if (first !== undefined) expect('what the run read', read, `in of ${first.name}`, first.in);
  if (last?.kind === 'sink') expect('what the run delivered', delivered, `out of ${last.name}`, last.out);
  for (const [at, stage] of stages.entries()) {
    const next = stages[at + 1];
    if (stage.kind === 'io' || stage.kind === 'cpu')
      expect(`in of ${stage.name}`, stage.in, 'the sum of its outcomes', outcomes(stage));
    if (next !== undefined) expect(`out of ${stage.name}`, stage.out, `in of ${next.name}`, next.in);
  }
  return found;
}
