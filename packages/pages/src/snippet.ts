/** Declarations that a snippet is checked with, beside its own. */
export interface Given {
  /** From 1, of the first line of `text`. */
  readonly line: number;
  readonly text: string;
}

/** Code that is type-checked as a module of its own. */
export interface Snippet {
  readonly page: string;
  /** From 1, of the first line of `text`. */
  readonly line: number;
  /** By which the other snippets of its page import it. */
  readonly name: string;
  readonly language: 'js' | 'ts';
  readonly text: string;
  /** From near to far: what one declares hides what the next ones declare. */
  readonly givens: readonly Given[];
  /** The files of the page as they are then, by name. */
  readonly files: ReadonlyMap<string, string>;
}
