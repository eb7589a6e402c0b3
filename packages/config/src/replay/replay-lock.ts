import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { FileError } from '@millrace/connectors';

/** Whose replay it is. */
interface Holder {
  readonly pid: number;
  readonly at: string;
}

/**
 * A file beside the dead letters that says that they are being replayed. One that a killed program has left is not taken away: whether
 * its sink had committed is known to nobody but its user, and letters that were delivered would be delivered again.
 */
export class ReplayLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * @internal
   * @throws FileError when there is one already
   */
  static async take(file: string): Promise<ReplayLock> {
    const path = lockOf(file);
    const holder: Holder = { pid: process.pid, at: new Date().toISOString() };
    try {
      await writeFile(path, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
      if (code !== 'EEXIST') throw new FileError(`cannot write "${path}": the system says ${String(code)}`, path, { cause });
      throw new FileError(await heldText(file), path);
    }
    return new ReplayLock(path);
  }

  /** @internal What `take` would say; undefined when there is none. */
  static async held(file: string): Promise<string | undefined> {
    const found = await stat(lockOf(file)).catch(() => undefined);
    return found && heldText(file);
  }

  /** Removes it, when the replay has been settled, or undone without a reason to wait. A second call has no effect. */
  release(): Promise<void> {
    return rm(this.#path, { force: true });
  }
}

/** Where the lock of a file of dead letters lies. */
export function lockOf(file: string): string {
  return `${file}.replaying`;
}

async function heldText(file: string): Promise<string> {
  const path = lockOf(file);
  return (
    `a replay of ${file} is under way, ${await told(path)}: when that program is gone, see whether its output is there, ` +
    `take what was delivered out of the dead letters, and remove ${path}`
  );
}

async function told(path: string): Promise<string> {
  try {
    const { pid, at }: Holder = JSON.parse(await readFile(path, 'utf8'));
    return `begun at ${at} by the program ${pid}`;
  } catch {
    return 'or did not come to its end';
  }
}
