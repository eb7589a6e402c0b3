import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Measured, Trial } from './trial.js';

export type Language = 'Node.js' | 'Python';

const run = promisify(execFile);
const programs: Readonly<Record<Language, readonly [program: string, script: string]>> = {
  'Node.js': [process.execPath, fileURLToPath(new URL('./trial-main.js', import.meta.url))],
  // It stands among the sources: nothing compiles it.
  Python: ['python3', fileURLToPath(new URL('../../src/compare/compare.py', import.meta.url))],
};

/** Runs a trial in a program of its own. @throws Error with what that program said when it failed */
export async function runTrial(language: Language, trial: Trial): Promise<Measured> {
  const [program, script] = programs[language];
  const { stdout } = await run(program, [script, JSON.stringify(trial)]);
  return JSON.parse(stdout) as Measured;
}

/** The version of Python that `python3` is; undefined where there is none. */
export async function pythonVersion(): Promise<string | undefined> {
  try {
    return (await run(programs.Python[0], ['--version'])).stdout.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
