import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { where } from '../where.js';
import type { ResolverName } from './frame.js';

// A lane loads some two hundred files of these packages, file by file, and that is most of the time it takes to start. The build makes a few
// files of them that hold what a lane needs (scripts/compact.mjs). A compact lane is started from these, and the packages that its
// modules import resolve to them too, by a condition of their `exports`: one copy of each module in the thread.

const condition = '--conditions=millrace-lane';

/** What a compact lane is started from; undefined where it was not built, and in a user's bundle. */
export function compactEntry(name: 'thread-main' | 'process-main'): URL | undefined {
  const entry = where.compact[name];
  return entry.protocol === 'file:' && existsSync(fileURLToPath(entry)) ? entry : undefined;
}

/** Options of Node.js for a compact lane, beside those of the program. */
export function compactArgs(program: readonly string[]): string[] {
  return [...program.filter((option) => option !== condition), condition];
}

/** Takes the condition out of what this lane would give to processes and threads that its tasks start, which are no lanes. */
export function hideCompactArgs(): void {
  const at = process.execArgv.indexOf(condition);
  if (at >= 0) process.execArgv.splice(at, 1);
}

/** What a compact lane loads for the resolver. */
export function compactResolver({ compact, ...resolver }: ResolverName): ResolverName {
  return compact === undefined ? resolver : { ...resolver, module: compact };
}
