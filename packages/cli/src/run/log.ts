import type { Run, RunEvent } from '@millrace/core';
import type { Exit } from '../exit-codes.js';
import type { Output } from '../shell/output-guard.js';
import type { Ending } from './ending.js';

/** Tells people, or programs, how a run goes. */
export interface RunLog {
  /** From the start of the run on. */
  readonly begin: (run: Run) => void;
  readonly event: (event: RunEvent) => void;
  /** What the code of the pipeline printed on the main thread; after the end of the run, too. */
  readonly printed: (printer: string, text: string, output: Output) => void;
  /** The line holds no secret: whoever notes it takes them out of what is the user's. */
  readonly note: (line: string) => void;
  /** Once, at the end. */
  readonly end: (ending: Ending, exit: Exit) => void;
}

export interface LogOptions {
  /** No progress and no report: only what was printed, and errors. */
  readonly quiet: boolean;
  /** Items that will be read, when that is known. */
  readonly total?: number | undefined;
}
