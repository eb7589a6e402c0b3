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
