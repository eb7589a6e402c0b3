/** An `error` keeps a file from being loaded, a `warning` does not. */
export type Severity = 'error' | 'warning';

/** Something wrong with a pipeline file. */
export interface Problem {
  /** As it was given to `checkConfig` or `loadConfig`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** What the caret underlines, in UTF-16 code units; at least 1. */
  readonly length: number;
  /** Whether the file can be loaded all the same. */
  readonly severity: Severity;
  /** What kind of problem it is, for programs: `unknown-option`. */
  readonly rule: string;
  /** One sentence, without its place; secrets are `***`. */
  readonly message: string;
  /** How to mend it: `did you mean "capacity"?` */
  readonly hint?: string;
}

/** Columns of a line that are shown; of longer lines a part around the caret. */
const shownColumns = 160;

/**
 * A problem as a compiler tells it: `file:line:col: error: message`, the line, a caret, and the hint; several lines of text.
 *
 * @param text of the file, as `CheckedConfig` and `ConfigError` have it
 */
export function formatProblem(problem: Problem, text: string): string {
  const { file, line, column, length, severity, message, hint } = problem;
  const head = `${file}:${line}:${column}: ${severity}: ${message}`;
  const tail = hint === undefined ? [] : [`  ${hint}`];
  // As lines are counted: a lone carriage return ends none.
  const source = text.split('\n')[line - 1]?.replace(/\r$/, '');
  if (source === undefined || source.trim() === '') return [head, ...tail].join('\n');
  const from = column > shownColumns - 20 ? column - 60 : 0;
  const visible = source.slice(from, from + shownColumns);
  const at = column - 1 - from;
  const carets = '^'.repeat(Math.max(1, Math.min(length, visible.length - at)));
  const margin = `${line}`.padStart(5);
  // A tab before the caret stays a tab, so that both lines are as wide.
  const indent = visible.slice(0, at).replace(/[^\t]/g, ' ');
  return [head, `${margin} | ${visible}`, `${' '.repeat(5)} | ${indent}${carets}`, ...tail].join('\n');
}
