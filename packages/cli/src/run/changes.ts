import { existsSync, type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { inputPaths } from '@millrace/connectors/internal/input-paths';
import type { Watched } from './watched.js';

/** What globs lead to, at one moment. */
interface Sight {
  /** Differs when a file has come, gone, or was written. */
  readonly state: string;
  /** Where files may come: from where the pattern begins to those that match. A folder that holds none yet is not looked into. */
  readonly folders: ReadonlySet<string>;
}

/** Changes of files, told once for all that come close together. */
export class Changes {
  readonly #quietMs: number;
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #glance: NodeJS.Timeout | undefined;
  #changed: () => void = () => {};
  /** Resolves at the next change, or at the end. */
  next: Promise<'changed'> = Promise.resolve('changed');

  /** @param quietMs time without a further change before one is told, in ms: editors write a file in several steps */
  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  /** By their folders: a file that is replaced, as editors do, is another one afterwards. */
  async watch({ files, globs }: Watched): Promise<void> {
    this.#close();
    this.next = new Promise((resolve) => {
      this.#changed = () => resolve('changed');
    });
    for (const folder of new Set(files.map(dirname))) {
      const names = new Set(files.filter((file) => dirname(file) === folder).map((file) => basename(file)));
      this.#watch(folder, (name) => {
        if (name === null || names.has(name)) this.#soon();
      });
    }
    if (globs.length > 0) await this.#watchGlobs(globs);
  }

  end(): void {
    this.#close();
    this.#changed();
  }

  /** Files that come and go beside those that match say nothing: what the run writes there would start it for ever. */
  async #watchGlobs(globs: readonly string[]): Promise<void> {
    const watchers = this.#watchers;
    const { state, folders } = await sightOf(globs);
    // A change since is one that the run has seen, or one that is told: its own look comes later.
    if (watchers !== this.#watchers) return;
    const look = async (): Promise<void> => {
      const now = await sightOf(globs);
      if (watchers === this.#watchers && now.state !== state) this.#changed();
    };
    for (const folder of folders) {
      this.#watch(folder, () => {
        clearTimeout(this.#glance);
        this.#glance = setTimeout(() => void look(), this.#quietMs);
      });
    }
  }

  #watch(folder: string, onChange: (name: string | null) => void): void {
    // One that is not there has no files, and the run says so.
    if (!existsSync(folder)) return;
    this.#watchers.push(watch(folder, (_event, name) => onChange(name)).on('error', () => {}));
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#changed, this.#quietMs);
  }

  #close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#glance);
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }
}

async function sightOf(globs: readonly string[]): Promise<Sight> {
  const folders = new Set<string>();
  const lines: string[] = [];
  for (const glob of globs) {
    const begin = beginOf(glob);
    folders.add(begin);
    for (const file of await filesOf(glob)) {
      for (let folder = dirname(file); folder.length > begin.length; folder = dirname(folder)) folders.add(folder);
      const found = await stat(file).catch(() => undefined);
      lines.push(`${file} ${found?.size} ${found?.mtimeMs}`);
    }
  }
  return { state: lines.join('\n'), folders };
}

/** None where a folder cannot be looked into, which the run says. */
async function filesOf(glob: string): Promise<readonly string[]> {
  return inputPaths(glob, true, new AbortController().signal).catch(() => []);
}

/** The last folder on the way that is there. */
function beginOf(glob: string): string {
  let folder = dirname(glob);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}
