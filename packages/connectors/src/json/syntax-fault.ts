/** What V8 has against a text that is no JSON, and at which offset. */
export interface SyntaxFault {
  readonly offset: number;
  readonly why: string;
}

/** The offset is V8's: in its message where it gives a position, the end of the text where it met that, else the start of the value. */
export function syntaxFault(text: string, error: unknown): SyntaxFault {
  const why = error instanceof Error ? error.message : String(error);
  const position = / at position (\d+)/.exec(why)?.[1];
  if (position !== undefined) return { offset: Number(position), why };
  const isAtEnd = why.startsWith('Unexpected end') || why.startsWith('Unterminated string');
  return { offset: isAtEnd ? text.trimEnd().length : Math.max(0, text.search(/[^ \t\r\n]/)), why };
}
