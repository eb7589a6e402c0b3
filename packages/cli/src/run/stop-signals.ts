import { constants } from 'node:os';
import type { Run, RunReport } from '@millrace/core';
import type { Exit } from '../exit-codes.js';

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** How a run came to its end. */
export interface Ending {
  /** Absent when it failed before there was one. */
  readonly report?: RunReport | undefined;
  /** What the run rejected with. */
  readonly failure?: { readonly error: unknown } | undefined;
  /** What went wrong beside a run that ended well: an error that nobody caught, too late to cancel it. */
  readonly beside?: { readonly error: unknown } | undefined;
  /** The first signal that came. */
  readonly signal?: StopSignal | undefined;
}

/** The exit code of a signal is 128 and its number. */
export function exitOfSignal(signal: StopSignal): Exit {
  return constants.signals[signal] === constants.signals.SIGINT ? 'interrupted' : 'terminated';
}

/** Sees a run to its end: the first SIGINT or SIGTERM drains it, the second cancels it. Never rejects. */
export async function seeToEnd(run: Run, tell: (line: string) => void): Promise<Ending> {
  let signal: StopSignal | undefined;
  const onSignal = (received: StopSignal): void => {
    if (signal === undefined) {
      signal = received;
      tell(`${received}: finishing what was read; once more to stop at once`);
      run.drain().catch(() => undefined);
    } else run.cancel(`second ${received}`);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return { report: await run.finished, signal };
  } catch (error) {
    return { report: reportOn(error), failure: { error }, signal };
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function reportOn(error: unknown): RunReport | undefined {
  return (error as { readonly report?: RunReport } | null | undefined)?.report;
}
