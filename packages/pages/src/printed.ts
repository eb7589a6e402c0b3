/** Stands for whatever was printed there: alone on a line for any number of lines, within a line for any characters. */
const anything = '…';

/**
 * @param anyNumbers whether a number stands for whichever is printed in its place
 * @returns what differs, or `undefined` when the page shows what was printed
 */
export function difference(shown: string, printed: string, anyNumbers = false): string | undefined {
  const number = anyNumbers ? /-?\d+(?:[.,]\d+)*/g : /(?!)/g;
  const reached = matching(linesOf(shown.replace(number, '0')), linesOf(printed.replace(number, '0')));
  if (reached === undefined) return undefined;
  const line = linesOf(shown)[reached];
  return line === undefined ? 'more was printed than the page shows' : `the page shows "${line}", which was not printed there`;
}

/** @returns the first line of `wanted` that no way of reading `…` leads past, or `undefined` when all match. */
function matching(wanted: readonly string[], got: readonly string[]): number | undefined {
  // The numbers of lines of `got` that may have been matched by the lines of `wanted` so far.
  let ends = new Set([0]);
  for (const [index, line] of wanted.entries()) {
    const next = new Set<number>();
    for (const end of ends) {
      if (line.trim() === anything) for (let to = end; to <= got.length; to++) next.add(to);
      else if (end < got.length && matches(line, got[end]!)) next.add(end + 1);
    }
    if (next.size === 0) return index;
    ends = next;
  }
  return ends.has(got.length) ? undefined : wanted.length;
}

function matches(wanted: string, got: string): boolean {
  const [first = '', ...others] = wanted.split(anything);
  const last = others.pop();
  if (last === undefined) return got === first;
  if (!got.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = got.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return got.length - last.length >= at && got.endsWith(last);
}

function linesOf(text: string): string[] {
  return text
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}
