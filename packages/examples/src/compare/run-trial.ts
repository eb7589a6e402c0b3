import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Measured, Trial } from './trial.js';

export type Language = 'Node.js' | 'Python';

const run = promisify(execFile);
const ownTrial = fileURLToPath(new URL('./trial-main.js', import.meta.url));
// It stands among the sources: nothing compiles it.
const pythonTrial = fileURLToPath(new URL('../../src/compare/compare.py', import.meta.url));

/** A program that runs trials: this Node.js, or a Python. */
export interface Runtime {
  readonly language: Language;
  /** As it calls itself. */
  readonly version: string;
  readonly program: string;
  readonly script: string;
}

export const nodeJs: Runtime = {
  language: 'Node.js',
  version: `Node.js ${process.version}`,
  program: process.execPath,
  script: ownTrial,
};

/** The Python that a command stands for; undefined where there is none. */
export async function findPython(command = 'python3'): Promise<Runtime | undefined> {
  // The command may be a script that looks for the program each time it is called.
  const ask = 'import sys; print(sys.executable); print("Python %d.%d.%d" % sys.version_info[:3])';
  try {
    const [program, version] = (await run(command, ['-c', ask])).stdout.trim().split(/\r?\n/) as [string, string];
    return { language: 'Python', version, program, script: pythonTrial };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Runs a trial in a program of its own. @throws Error with what that program said when it failed */
export async function runTrial({ program, script }: Runtime, trial: Trial): Promise<Measured> {
  const { stdout } = await run(program, [script, JSON.stringify(trial)]);
  return JSON.parse(stdout) as Measured;
}
