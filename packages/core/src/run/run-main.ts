import { constants } from 'node:os';
import { types } from 'node:util';
import { MillraceError } from '@millrace/workers';
import { parkInLane } from '../lane/index.js';
import type { RunReport } from './report/report.js';
import type { Run } from './run.js';
import { type StopSignal, seeToEnd } from './stop-signals.js';

/** Options of `runMain`. */
export interface RunMainOptions {
  /**
   * Gets what is to be told to people, one line a call, or several with the stack of an error; without a line break at the end. What it
   * throws is not heard, and the line goes to stderr. Default: stderr.
   */
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
  const print = printing(options.print ?? toStderr);
  const { report, failure, signal } = await seeToEnd(run, print);
  // First of all: what is told is in the hands of others, their errors and their printing.
  if (signal !== undefined) process.exitCode = exitCodeOf(signal);
  else if (failure !== undefined) process.exitCode = 1;
  if (failure !== undefined) print(tell(failure.error));
  return report;
}

function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Never throws: a signal is not to end the program by an uncaught exception, and a run that failed is to be told somewhere. */
function printing(print: (line: string) => void): (line: string) => void {
  return (line) => {
    try {
      const printed: unknown = print(line);
      // An async function passes for one that gives nothing.
      if (types.isPromise(printed)) printed.catch(() => toStderr(line));
    } catch {
      toStderr(line);
    }
  };
}

/** One line for what Millrace has to say; the stack of a user's own error, because that is where the mistake is. Never throws. */
function tell(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `thrown value ${String(error)}`;
    const { message, cause } = error;
    const foreign = cause instanceof Error && !(cause instanceof MillraceError);
    return foreign ? `${message}\n${stackOf(cause)}` : message;
  } catch {
    return 'the run failed with an error that cannot be read';
  }
}

/** The error is the user's, and so are its getters. */
function stackOf(error: Error): string {
  try {
    return error.stack ?? '';
  } catch {
    return '[its stack cannot be read]';
  }
}
