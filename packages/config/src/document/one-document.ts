import { Composer, type Document, isScalar, Parser } from 'yaml';
import type { Span } from './node.js';

/** The one document of a text that holds anything. Empty ones, which a `---` makes before and behind it, say nothing. */
export interface OneDocument {
  /** Of a text that holds nothing the first, empty one. */
  readonly document: Document.Parsed;
  /** Where another one begins that holds something, too. */
  readonly second: Span | undefined;
  readonly errors: Document.Parsed['errors'];
  readonly warnings: Document.Parsed['warnings'];
}

/** @throws RangeError of a text that is nested too deeply: the composer of the library goes down one call for each level */
export function oneDocument(text: string): OneDocument {
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent', stringKeys: false });
  const all = [...composer.compose(new Parser().parse(text), true, text.length)];
  const [document = all[0]!, second] = all.filter(({ contents }) => !isEmpty(contents));
  // What is wrong with another document is not worth a word: it has no place here.
  const told = second === undefined ? all : all.slice(0, all.indexOf(second));
  return {
    document,
    second: second === undefined ? undefined : beginOf(second, text),
    errors: told.flatMap(({ errors }) => errors),
    warnings: told.flatMap(({ warnings }) => warnings),
  };
}

function isEmpty(contents: Document.Parsed['contents']): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === '');
}

/** Its `---`; behind a `...` there need be none. */
function beginOf({ range, contents }: Document.Parsed, text: string): Span {
  const [start] = range;
  if (text.startsWith('---', start)) return { start, end: start + 3 };
  const [first, end] = contents?.range ?? range;
  return { start: first, end };
}
