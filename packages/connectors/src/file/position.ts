/** A place in a text: 1-based line, 1-based column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** How many line feeds the text holds. */
export function countLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Place of `offset` in a text that begins at column 1 of line `firstLine`. */
export function positionAt(text: string, offset: number, firstLine: number): Position {
  const before = text.slice(0, offset);
  return { line: firstLine + countLineFeeds(before), column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}

/** Place behind a text that begins at `start`. */
export function positionAfter(text: string, start: Position): Position {
  const last = text.lastIndexOf('\n');
  if (last === -1) return { line: start.line, column: start.column + text.length };
  return { line: start.line + countLineFeeds(text), column: text.length - last };
}
