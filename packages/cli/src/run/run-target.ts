import type { RunOptions } from '@millrace/core';
import { type Ending, type StopSignal, seeToEnd } from '@millrace/core/internal/stop-signals';
import { type Exit, exitOf } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';
import type { Target } from '../target/target.js';
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
  target: Pick<Target, 'start'>,
  options: RunOptions,
  log: RunLog,
  streams: Streams,
  conclude: (outcome: Outcome) => Promise<Outcome> = async (outcome) => outcome,
): Promise<Outcome> {
  const run = target.start({ ...options, output: 'events' });
  // To the end of the process: a task may have left a timer behind, which prints when the run is over.
  streams.printed.direct({ printer: printerOf(run, streams.redacted), onLine: log.printed });
  const events = run.events.subscribe(log.event);
  const onClosed = (): void => run.cancel(streams.closed.reason);
  streams.closed.addEventListener('abort', onClosed);
  log.begin(run);
  const ending = withLoss(await seeToEnd(run, log.note), streams);
  streams.closed.removeEventListener('abort', onClosed);
  events.unsubscribe();
  const outcome = await conclude({ ending, exit: exitOfRun(ending, streams) });
  log.end(outcome.ending, outcome.exit);
  return outcome;
}

/** A sink that does not look whether its output was taken lets a run complete that has lost some. */
function withLoss(ending: Ending, { closed }: Streams): Ending {
  return closed.aborted && ending.failure === undefined ? { ...ending, failure: { error: closed.reason } } : ending;
}

const exitsOfSignals: Readonly<Record<StopSignal, Exit>> = { SIGINT: 'interrupted', SIGTERM: 'terminated' };

function exitOfRun({ report, failure, signal }: Ending, { closed }: Streams): Exit {
  if (closed.aborted) return exitOf(closed.reason);
  if (signal !== undefined) return exitsOfSignals[signal];
  if (failure !== undefined) return exitOf(failure.error);
  const rejects = report?.stages.reduce((sum, stage) => sum + stage.skipped + stage.deadLettered, 0) ?? 0;
  return rejects > 0 ? 'rejects' : 'ok';
}
