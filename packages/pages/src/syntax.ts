import { parse } from 'acorn';
import type { Problem } from './problem.js';
import type { Snippet } from './snippet.js';

/** The edition of ECMAScript that Node.js 20 knows; what came later (`await using`, import attributes in part) it cannot parse. */
const edition = 2024;

/** JavaScript that Node.js 20 cannot parse, whichever version this one runs on. */
export function syntaxProblems(snippets: readonly Snippet[]): Problem[] {
  return snippets.filter(({ language }) => language === 'js').flatMap(problemOf);
}

function problemOf({ page, line, text }: Snippet): Problem[] {
  try {
    parse(text, { ecmaVersion: edition, sourceType: 'module' });
    return [];
  } catch (error) {
    if (!(error instanceof SyntaxError) || !('loc' in error)) throw error;
    const { line: within } = error.loc as { line: number };
    return [
      { page, line: line + within - 1, text: `Node.js 20 cannot parse this: ${error.message}; write it without newer syntax` },
    ];
  }
}
