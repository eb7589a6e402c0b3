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
  /** Of these, letters whose items were rejected again, by any stage. */
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

/**
 * After a run that has failed or was cancelled. Where no commit had begun, no letter has gone anywhere, and those of what failed again are those
 * of the file. Else a sink has what another one lacks, or may have it, and both files are left for whoever looks.
 *
 * @param report absent for a run that had not begun
 * @returns why the letters must not simply be replayed again, if so
 */
export async function undone({ rejects }: ReplaySpec, report: RunReport | undefined): Promise<string | undefined> {
  const { committed = [], begun = [] } = report?.commits ?? {};
  const isUncertain = committed.length + begun.length > 0;
  if (!isUncertain || report?.deadLetters?.written === 0) await rm(rejects, { force: true });
  if (isUncertain) {
    const parts = [
      [committed, committed.length === 1 ? 'has committed' : 'have committed'],
      [begun, 'may have committed'],
    ] as const;
    const told = parts
      .filter(([names]) => names.length > 0)
      .map(([names, what]) => `${names.map((name) => `"${name}"`).join(', ')} ${what}`);
    return `${told.join(', ')}, and letters that went there would be delivered again`;
  }
  return undefined;
}

function readOf({ stages }: RunReport, stage: string): number {
  return stages.find(({ kind, name }) => kind === 'source' && name === lettersName(stage))?.in ?? 0;
}

/** Whether items were on their way when somebody wanted no more of them, as `take` does. */
function hasLostCount({ stages }: RunReport): boolean {
  return stages.some((stage) => stage.in > stage.ok + stage.filtered + stage.skipped + stage.deadLettered);
}
