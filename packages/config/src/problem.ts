export type Severity = 'error' | 'warning';

/** Something wrong with a pipeline file. `line` and `column` are 1-based, in UTF-16 units; `length` is what the caret underlines, at least 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly severity: Severity;
  /** What kind of problem it is: `unknown-option`. */
  readonly rule: string;
  readonly message: string;
  /** How to mend it: `did you mean "capacity"?` */
  readonly hint?: string;
}

/** Columns of a line that are shown; of longer lines a part around the caret. */
const shownColumns = 160;

/** `file:line:col: error: message`, the line, a caret, and the hint. */
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
