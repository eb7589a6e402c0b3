import { writeFile } from 'node:fs/promises';
import { FileError } from '@millrace/connectors';
import { type Exit, exitCodes, exitOf } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';
import { veiled } from '../shell/veiled.js';
import type { Ending } from './ending.js';
import type { RunLog } from './log.js';
import type { Outcome } from './run-target.js';
import { jsonReport } from './told-report.js';

/** An error as a report tells it: its own fields that JSON can carry beside these. */
interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stage?: unknown;
  readonly position?: unknown;
  readonly origin?: unknown;
  readonly attempt?: unknown;
  /** Of a file that cannot be read or written. */
  readonly path?: unknown;
  /** What is wrong with a pipeline file, each with its place. */
  readonly problems?: readonly object[];
  readonly cause?: ErrorText;
}

/** What `--report` writes. `format` counts up when a member changes its meaning. */
interface ReportFile {
  readonly format: 1;
  readonly target: string;
  readonly exitCode: number;
  readonly exit: string;
  readonly signal?: string;
  readonly error?: ErrorText;
  /** A `RunReport` without secrets. Absent when the run failed before it began. */
  readonly report?: object;
}

function reportFile(target: string, exit: Exit, { report, failure, beside, signal }: Ending, streams: Streams): ReportFile {
  const { redacted } = streams;
  const wrong = failure ?? beside;
  return {
    format: 1,
    target: redacted(target),
    exitCode: exitCodes[exit].code,
    exit: exitCodes[exit].doc,
    ...(signal && { signal }),
    ...(wrong && { error: errorText(wrong.error, redacted) }),
    ...(report && { report: jsonReport(report, streams) }),
  };
}

/**
 * Writes the report where one is asked for.
 *
 * @returns what came of the run; when the report cannot be written, and nothing else went wrong, that. Never rejects
 */
export async function reported(
  path: string | undefined,
  target: string,
  outcome: Outcome,
  log: RunLog,
  streams: Streams,
): Promise<Outcome> {
  if (path === undefined) return outcome;
  const { ending, exit } = outcome;
  try {
    await writeReport(path, reportFile(target, exit, ending, streams));
    return outcome;
  } catch (error) {
    // The end of a run tells of one error.
    if (ending.failure !== undefined) log.note(streams.redacted(String(error)));
    return { ending: { ...ending, failure: ending.failure ?? { error } }, exit: exitOf(error) };
  }
}

/** @throws FileError */
async function writeReport(path: string, report: ReportFile): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FileError(`cannot write the report "${path}": ${why}`, path, { cause: error });
  }
}

/** An error and what caused it, without secrets; what stands behind eight causes is left out. */
export function errorText(error: unknown, redacted: (text: string) => string): ErrorText {
  return veiled(plainError(error, 8), { text: redacted }) as ErrorText;
}

function plainError(error: unknown, depth: number): ErrorText {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  const { name, message, cause } = error;
  const told = Object.fromEntries(
    ['code', 'stage', 'position', 'origin', 'attempt', 'path']
      .map((key) => [key, Reflect.get(error, key)] as const)
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  );
  const problems: unknown = Reflect.get(error, 'problems');
  return {
    name,
    message,
    ...told,
    ...(Array.isArray(problems) && { problems }),
    ...(cause !== undefined && depth > 0 && { cause: plainError(cause, depth - 1) }),
  };
}
