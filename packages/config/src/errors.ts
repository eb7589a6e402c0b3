import { MillraceError } from '@millrace/core';
import { formatProblem, type Problem } from './problem.js';

/** A pipeline file is not right. The message tells all that is wrong with it, each with its place. */
export class ConfigError extends MillraceError {
  /** Always `ERR_CONFIG`. */
  readonly code = 'ERR_CONFIG';
  /** Errors alone, in the order of the file; at least one. */
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
  /** Always `ERR_LETTER`. */
  readonly code = 'ERR_LETTER';
}

/** Dead letters cannot be replayed as it was asked for: a stage or number that there is not, or output that would be lost. */
export class ReplayError extends MillraceError {
  /** Always `ERR_REPLAY`. */
  readonly code = 'ERR_REPLAY';
}
