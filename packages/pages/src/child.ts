import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { constants } from 'node:os';

export interface Ended {
  /** The exit code; a signal that ended it as shells tell it, 128 + its number. */
  readonly exit: number;
  /** What it wrote to stdout and stderr, in the order in which it did. */
  readonly printed: string;
  /** It did not end in time, and was killed with all that it had started. */
  readonly killed: boolean;
}

export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly limitMs: number;
  /** The file that takes what it prints: one for both streams keeps their order. */
  readonly log: string;
}

/** Groups that are at work: a Ctrl-C does not reach them. */
const groups = new Set<number>();
process.once('exit', () => {
  for (const group of groups) kill(group);
});

/** Runs a program in a process group of its own. What is left of it at the end is killed, which is not waited for. */
export async function runChild(
  command: string,
  args: readonly string[],
  { cwd, env, limitMs, log }: ChildOptions,
): Promise<Ended> {
  const file = await open(log, 'w');
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', file.fd, file.fd] });
  const group = child.pid;
  let killed = false;
  const limit = setTimeout(() => {
    killed = true;
    if (group !== undefined) kill(group);
  }, limitMs);
  try {
    if (group !== undefined) groups.add(group);
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return {
      exit: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
      printed: await readFile(log, 'utf8'),
      killed,
    };
  } finally {
    clearTimeout(limit);
    if (group !== undefined) {
      kill(group);
      groups.delete(group);
    }
    await file.close();
  }
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    // It is gone.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
