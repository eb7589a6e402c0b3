import { AsyncLocalStorage } from 'node:async_hooks';
import type { Run, RunOptions } from '@millrace/core';
import { followSinks } from '@millrace/core/internal/stage-at-work';
import { type StopSignal, seeToEnd } from '@millrace/core/internal/stop-signals';
import { type Exit, exitOf } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';
import type { UncaughtError } from '../shell/uncaught.js';
import type { Target } from '../target/target.js';
import type { Ending } from './ending.js';
import type { RunLog } from './log.js';
import { printerOf } from './printer.js';

/** What came of a run. */
export interface Outcome {
  readonly ending: Ending;
  readonly exit: Exit;
}

/**
 * Runs a pipeline to its end as a program: data alone on stdout, signals drain and then cancel, and a stdout that takes nothing more ends the run.
 *
 * @param conclude what is to be done after the run and before its end is told; it gives what came of both. Never rejects
 * @throws PlanError for what can be seen before the run begins
 */
export async function runTarget(
  target: Pick<Target, 'start' | 'loaded'>,
  options: RunOptions,
  log: RunLog,
  streams: Streams,
  conclude: (outcome: Outcome) => Promise<Outcome> = async (outcome) => outcome,
): Promise<Outcome> {
  if (mayPrintData(target)) followSinks(new AsyncLocalStorage());
  const run = target.start({ ...options, output: 'events' });
  // To the end of the process: a task may have left a timer behind, which prints when the run is over.
  streams.printed.direct({ printer: printerOf(run, streams.redacted), onLine: log.printed });
  const events = run.events.subscribe(log.event);
  const onClosed = (): void => run.cancel(streams.closed.reason);
  streams.closed.addEventListener('abort', onClosed);
  log.begin(run);
  const uncaught = uncaughtIn(run, log, streams);
  const ending = withUncaught(withLoss(await seeToEnd(run, log.note), streams), uncaught.end());
  streams.closed.removeEventListener('abort', onClosed);
  events.unsubscribe();
  const outcome = await conclude({ ending, exit: exitOfRun(ending, streams) });
  log.end(outcome.ending, outcome.exit);
  return outcome;
}

/** Whether a sink may be the user's own: connectors write to the stream itself. */
function mayPrintData({ loaded }: Pick<Target, 'loaded'>): boolean {
  return loaded === undefined || loaded.values.some(({ path }) => /(^|\.)sink\.use$/.test(path));
}

/** Cancels the run at the first error that nobody caught; of others, as of the next item, it is told while the run ends. */
function uncaughtIn(run: Run, log: RunLog, { uncaught, redacted }: Streams): { readonly end: () => UncaughtError | undefined } {
  let found: UncaughtError | undefined;
  const undirect = uncaught.direct((error) => {
    if (found !== undefined) log.note(redacted(`one more error that nobody caught: ${String(error.cause)}`));
    found ??= error;
    run.cancel(found);
  });
  return {
    end: () => {
      undirect();
      return found;
    },
  };
}

/** It is told in the place of the cancel that it has brought about; a run whose commit had begun may have ended well, or failed by itself. */
function withUncaught(ending: Ending, error: UncaughtError | undefined): Ending {
  if (error === undefined) return ending;
  const { failure } = ending;
  const isCancel = failure?.error instanceof Error && failure.error.cause === error;
  return isCancel ? { ...ending, failure: { error } } : { ...ending, beside: { error } };
}

/** A sink that does not look whether its output was taken lets a run complete that has lost some. */
function withLoss(ending: Ending, { closed }: Streams): Ending {
  return closed.aborted && ending.failure === undefined ? { ...ending, failure: { error: closed.reason } } : ending;
}

const exitsOfSignals: Readonly<Record<StopSignal, Exit>> = { SIGINT: 'interrupted', SIGTERM: 'terminated' };

function exitOfRun({ report, failure, beside, signal }: Ending, { closed }: Streams): Exit {
  if (closed.aborted) return exitOf(closed.reason);
  if (signal !== undefined) return exitsOfSignals[signal];
  const wrong = failure ?? beside;
  if (wrong !== undefined) return exitOf(wrong.error);
  const rejects = report?.stages.reduce((sum, stage) => sum + stage.skipped + stage.deadLettered, 0) ?? 0;
  return rejects > 0 ? 'rejects' : 'ok';
}
