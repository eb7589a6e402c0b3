import { losesDigits } from '@millrace/connectors/internal/big-integers';
import { isCollection, isScalar, type Node, parseDocument, Scalar, visit } from 'yaml';

/** The library goes down one call for each level, and where the stack ends within a regular expression the whole process does. */
const maxDepth = 500;

/**
 * What a value that is set from outside comes to: a collection in brackets, a quoted text, a number, a boolean or null where one of them
 * is the whole of it, as YAML reads them, but for integers of which a number would lose digits: these are texts. All else is the text as it
 * stands: most texts come from a shell, and know nothing of YAML. What it would take for a comment, a mark of a list, a key or a block of text
 * stays, so that `out #1.ndjson`, `|`, `- x` and `a: b` are themselves.
 */
export function setValue(text: string): unknown {
  if (depthOf(text) > maxDepth) return text;
  const document = parseDocument(text, { logLevel: 'silent' });
  const { contents } = document;
  if (document.errors.length > 0 || contents === null || !isWhole(contents, text)) return text;
  visit(document, {
    Scalar: (_, scalar) => {
      if (isInexact(scalar)) scalar.value = scalar.source;
    },
  });
  try {
    return document.toJS();
  } catch {
    // A "*" begins an alias, also in [*.csv], and there is nothing here that it could stand for.
    return text;
  }
}

/** Brackets that are open at once. Those in quoted texts count, too: so many of them are in none. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function isWhole(node: Node, text: string): boolean {
  const [start, end] = node.range ?? [0, 0];
  if (isCollection(node)) return node.flow === true && text.slice(0, start).trim() === '' && text.slice(end).trim() === '';
  if (!isScalar(node) || start !== 0 || end !== text.length) return false;
  if (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE) return true;
  // A text of several lines would be folded, and an integer whose digits a number would lose is kept by a text.
  return node.type === Scalar.PLAIN && typeof node.value !== 'string' && !isInexact(node);
}

function isInexact({ value, source = '' }: Scalar): boolean {
  return typeof value === 'number' && /^[-+]?\d+$/.test(source) && losesDigits(source);
}
