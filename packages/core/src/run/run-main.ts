import { constants } from 'node:os';
import { MillraceError } from '@millrace/workers';
import { parkInLane } from '../lane/index.js';
import type { RunReport } from './report.js';
import type { Run } from './run.js';

type StopSignal = 'SIGINT' | 'SIGTERM';

/** Options of `runMain`. */
export interface RunMainOptions {
  /** Gets what is to be told to people, one line a call, or several with the stack of an error; without a line break at the end. Default: stderr. */
  readonly print?: (line: string) => void;
}

/**
 * Sees a run of a script to its end as a well-behaved program does: the first SIGINT or SIGTERM drains it, the second cancels it; an
 * error is told in a line (with the stack where it is not Millrace's own); `process.exitCode` becomes 1 when the run failed, 130 or 143
 * after a signal, and stays as it is when all was delivered. The listeners are removed again. Never rejects.
 *
 * @example
 * ```ts
 * import { flow, pipeline, runMain } from '@millrace/core';
 * import { ndjson } from '@millrace/connectors';
 *
 * export const copy = pipeline(import.meta, 'copy', (file: string) => flow(ndjson.read(file)).to(ndjson.write(`${file}.copy`)));
 *
 * await runMain(copy.start('orders.ndjson'));
 * ```
 *
 * @returns the report; undefined when the run failed before there was one
 */
export async function runMain(run: Run, options: RunMainOptions = {}): Promise<RunReport | undefined> {
  const parked = parkInLane();
  if (parked !== undefined) return parked;
  const print = options.print ?? ((line) => void process.stderr.write(`${line}\n`));
  let received: StopSignal | undefined;
  const onSignal = (signal: StopSignal): void => {
    if (received === undefined) {
      received = signal;
      print(`${signal}: finishing what was read; once more to stop at once`);
      run.drain().catch(() => undefined);
    } else run.cancel(`second ${signal}`);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const report = await run.finished;
    if (received !== undefined) process.exitCode = exitCodeOf(received);
    return report;
  } catch (error) {
    print(tell(error));
    process.exitCode = received === undefined ? 1 : exitCodeOf(received);
    return reportOn(error);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}

/** One line for what Millrace has to say; the stack of a user's own error, because that is where the mistake is. */
function tell(error: unknown): string {
  if (!(error instanceof Error)) return `thrown value ${String(error)}`;
  const { cause } = error;
  const foreign = cause instanceof Error && !(cause instanceof MillraceError);
  return foreign ? `${error.message}\n${cause.stack ?? ''}` : error.message;
}

function reportOn(error: unknown): RunReport | undefined {
  return (error as { report?: RunReport } | null | undefined)?.report;
}
