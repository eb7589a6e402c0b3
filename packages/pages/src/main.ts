import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docCommentPage } from './doc-comments.js';
import { type Page, readPage } from './page.js';
import { pagesOf, sourcesOf } from './page-list.js';
import { problemText } from './problem.js';
import { check } from './verdict.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The pages that are asked for; without arguments all of them, and the doc comments of the packages. */
function pagesFor(args: readonly string[]): Page[] {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const known = pagesOf(root);
  const strange = args.find((path) => !known.includes(path));
  if (strange !== undefined) throw new Error(`${strange} is no page; there are ${known.join(', ')}`);
  const pages = known.filter((path) => args.length === 0 || args.includes(path)).map((path) => readPage(path, read(path)));
  if (args.length > 0) return pages;
  return [...pages, ...sourcesOf(root).map((path) => docCommentPage(path, read(path)))].filter(
    ({ fences, problems }) => fences > 0 || problems.length > 0,
  );
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const pages = pagesFor(process.argv.slice(2));
const problems = await check(pages, {
  root,
  out: join(root, 'out', 'pages'),
  limitMs: 60_000,
  told: (page, found) => {
    const runs = page.steps.filter(({ kind }) => kind === 'program' || kind === 'shell').length;
    console.log(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${page.path}: ${page.fences} blocks, ${runs} run`);
    for (const problem of found) console.log(problemText(problem));
  },
});
const wrong = new Set(problems.map(({ page }) => page)).size;
console.log(wrong === 0 ? `${pages.length} pages hold` : `${problems.length} problems in ${wrong} of ${pages.length} pages`);
process.exitCode = problems.length === 0 ? 0 : 1;
