import { type ChildProcess, spawn } from 'node:child_process';
import { type Exit, exitCodes } from '../exit-codes.js';
import { Changes } from './changes.js';
import type { Watched } from './watched.js';

/** Time without a further change after which the pipeline runs again, in ms: editors write a file in several steps. */
const quietMs = 150;

export interface WatchOptions {
  /** Of the run, without `--watch`. */
  readonly args: readonly string[];
  /** Gives what it depends on, anew after each change. */
  readonly watched: () => Promise<Watched>;
  readonly tell: (line: string) => void;
}

/**
 * Runs a pipeline in a process of its own, and again whenever one of its files changes; a run that is not over is drained first. Ends with
 * the first SIGINT or SIGTERM, which the run gets, too; a second one reaches it as well.
 */
export async function runAndWatch({ args, watched, tell }: WatchOptions): Promise<Exit> {
  const changes = new Changes(quietMs);
  let child: ChildProcess | undefined;
  let stopped: 'interrupted' | 'terminated' | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    stopped ??= signal === 'SIGINT' ? 'interrupted' : 'terminated';
    child?.kill(signal);
    changes.end();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    while (stopped === undefined) {
      await changes.watch(await watched());
      if (stopped !== undefined) break;
      // A process group of its own: Ctrl-C on a terminal reaches all of a group, and the run would count it twice.
      child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], { stdio: 'inherit', detached: true });
      const ended = exitOf(child);
      const first = await Promise.race([ended, changes.next]);
      if (first === 'changed') child.kill('SIGTERM');
      const code = await ended;
      child = undefined;
      if (stopped !== undefined) break;
      if (first !== 'changed') {
        tell(`ended with exit code ${code}; waiting for a change (Ctrl-C ends)`);
        await changes.next;
      }
      if (stopped === undefined) tell('changed; running again');
    }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    changes.end();
  }
  return stopped ?? 'ok';
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((settled) => {
    child.once('error', () => settled(exitCodes.failed.code)).once('exit', (code) => settled(code ?? exitCodes.failed.code));
  });
}
