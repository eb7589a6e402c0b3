import { rm } from 'node:fs/promises';
import type { RunReport } from '@millrace/core';
import { lettersName } from '../flow/letters-source.js';
import type { ReplaySpec } from '../params.js';
import { keepRemaining } from './remaining.js';
import type { Survey } from './survey.js';

/** What has become of a file of dead letters. */
export interface Settled {
  /** Letters that went into the run. */
  readonly replayed: number;
  readonly failedAgain: number;
  /** Letters that are in the file now. */
  readonly remain: number;
  /** Why the file was left as it is though it was to be written anew; what failed again is in the file of rejects. */
  readonly unsettled?: string;
}

/**
 * Writes the file anew after a run that has committed. By then the output is there: a program that is killed before has delivered
 * letters that are still in the file. The other order would lose letters whose output was never committed.
 */
export async function settled(
  replay: ReplaySpec,
  { total, entries }: Survey,
  report: RunReport,
  keeps: boolean,
): Promise<Settled> {
  const read = new Map([...entries.keys()].map((stage) => [stage, readOf(report, stage)]));
  const replayed = [...read.values()].reduce((sum, count) => sum + count, 0);
  const failedAgain = report.deadLetters?.written ?? 0;
  if (keeps) return { replayed, failedAgain, remain: total };
  if (hasLostCount(report)) {
    const unsettled =
      'an operator has ended a part of the flow before all of its letters had passed, and which ones were delivered cannot be said';
    return { replayed, failedAgain, remain: total, unsettled };
  }
  await keepRemaining(replay, read);
  await rm(replay.rejects, { force: true });
  return { replayed, failedAgain, remain: total - replayed + failedAgain };
}

/** Of a run that has committed nothing, or not all: no letter has gone anywhere, and letters of what failed again are those of the file. */
export async function undone({ rejects }: ReplaySpec): Promise<void> {
  await rm(rejects, { force: true });
}

function readOf({ stages }: RunReport, stage: string): number {
  return stages.find(({ kind, name }) => kind === 'source' && name === lettersName(stage))?.in ?? 0;
}

/** Whether items were on their way when somebody wanted no more of them, as `take` does. */
function hasLostCount({ stages }: RunReport): boolean {
  return stages.some((stage) => stage.in > stage.ok + stage.filtered + stage.skipped + stage.deadLettered);
}
