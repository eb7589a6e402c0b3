import { MillraceError } from '@millrace/core';
import { formatProblem, type Problem } from './problem.js';

/** A pipeline file is not right. The message tells all that is wrong with it, each with its place. */
export class ConfigError extends MillraceError {
  readonly code = 'ERR_CONFIG';
  readonly problems: readonly Problem[];
  /** The text of the file; secrets in it are masked. */
  readonly text: string;

  constructor(problems: readonly Problem[], text: string) {
    super(problems.map((problem) => formatProblem(problem, text)).join('\n\n'));
    this.problems = problems;
    this.text = text;
  }
}

/** A file of dead letters holds something else, or letters of another pipeline. */
export class LetterError extends MillraceError {
  readonly code = 'ERR_LETTER';
}

/** Dead letters cannot be replayed as it was asked for. */
export class ReplayError extends MillraceError {
  readonly code = 'ERR_REPLAY';
}
