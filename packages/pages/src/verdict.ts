import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from './child.js';
import { environmentOf } from './environment.js';
import type { Page } from './page.js';
import type { Problem } from './problem.js';
import { play, type Stage } from './story.js';
import { syntaxProblems } from './syntax.js';
import { typeProblems } from './type-check.js';
import { Unrun } from './unrun.js';

export interface CheckOptions {
  readonly root: string;
  /** The folder for the folders of pages; it lies in the clone, so that packages are found from there. */
  readonly out: string;
  /** The most that one program may take, or on average a line of a shell. */
  readonly limitMs: number;
  readonly told?: (page: Page, problems: readonly Problem[]) => void;
}

/** Looks at the code of all pages, then plays them, two at a time. */
export async function check(pages: readonly Page[], options: CheckOptions): Promise<Problem[]> {
  const snippets = pages.flatMap((page) => page.snippets);
  const looked = [...syntaxProblems(snippets), ...typeProblems(options.root, snippets)];
  const stage = await stageOf(options);
  const all: Problem[] = [];
  // Those that run most come first, so that none of them is left alone at the end.
  const waiting = [...pages].sort((a, b) => b.steps.length - a.steps.length);
  const worker = async () => {
    for (let page = waiting.shift(); page !== undefined; page = waiting.shift()) {
      const { path } = page;
      const played = await play(page, stage);
      const problems = [...page.problems, ...looked.filter((problem) => problem.page === path), ...played];
      problems.sort((a, b) => a.line - b.line);
      options.told?.(page, problems);
      all.push(...problems);
    }
  };
  await Promise.all([worker(), worker()]);
  return all;
}

async function stageOf({ root, out, limitMs }: CheckOptions): Promise<Stage> {
  await mkdir(out, { recursive: true });
  // Modules of pages are ES modules, whatever the page says.
  await writeFile(join(out, 'package.json'), '{ "type": "module" }\n');
  const env = await environmentOf(root, join(out, '.bin'));
  let asked = 0;
  // Both workers ask, so each call has a log of its own.
  const log = () => join(out, `millrace-${++asked}.log`);
  const unrun = new Unrun(root, (args) => runChild('millrace', args, { cwd: root, env, limitMs, log: log() }));
  return { root, out, env, unrun, limitMs };
}
