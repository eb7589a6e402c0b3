import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { LoadedConfig } from '@millrace/config';
import { type Exit, exitCodes } from '../exit-codes.js';

/** Time without a further change after which the pipeline runs again, in ms: editors write a file in several steps. */
const quietMs = 150;

export interface WatchOptions {
  /** Of the run, without `--watch`. */
  readonly args: readonly string[];
  /** Gives the files that it depends on, anew after each change. */
  readonly files: () => Promise<readonly string[]>;
  readonly tell: (line: string) => void;
}

/**
 * Runs a pipeline in a process of its own, and again whenever one of its files changes; a run that is not over is drained first. Ends with
 * the first SIGINT or SIGTERM, which the run gets, too; a second one reaches it as well.
 */
export async function runAndWatch({ args, files, tell }: WatchOptions): Promise<Exit> {
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
      changes.watch(await files());
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

/** Changes of files, told once for all that come close together. */
class Changes {
  readonly #quietMs: number;
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #changed: () => void = () => {};
  /** Resolves at the next change, or at the end. */
  next: Promise<'changed'> = Promise.resolve('changed');

  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  /** By their folders: a file that is replaced, as editors do, is another one afterwards. */
  watch(files: readonly string[]): void {
    this.#close();
    this.next = new Promise((resolve) => {
      this.#changed = () => resolve('changed');
    });
    for (const folder of new Set(files.map(dirname))) {
      const names = new Set(files.filter((file) => dirname(file) === folder).map((file) => basename(file)));
      const onChange = (_event: string, name: string | null): void => {
        if (name !== null && !names.has(name)) return;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(this.#changed, this.#quietMs);
      };
      this.#watchers.push(watch(folder, onChange).on('error', () => {}));
    }
  }

  end(): void {
    this.#close();
    this.#changed();
  }

  #close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }
}

/**
 * The files that a pipeline file depends on: itself, and whatever file its values name, modules among them; those that it writes do not
 * count. Of a module that is imported by another nothing is known.
 */
export function filesOf({ file, values }: Pick<LoadedConfig, 'file' | 'values'>): string[] {
  const folder = dirname(resolve(file));
  const named = values
    .filter(({ path, origin }) => origin !== 'default' && !/^(sink|errors|tests)\b|\.sink\./.test(path))
    .flatMap(({ value }) => (typeof value === 'string' ? [resolve(folder, value.replace(/#[^#/]*$/, ''))] : []));
  return [resolve(file), ...new Set(named.filter((path) => existsSync(path) && statSync(path).isFile()))];
}
