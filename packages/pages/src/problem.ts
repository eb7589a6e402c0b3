/** What is wrong with a page, and how to mend it. */
export interface Problem {
  /** Its path in the clone. */
  readonly page: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export function problemText({ page, line, text }: Problem): string {
  return `${page}:${line}: ${text}`;
}
