import fs from 'node:fs';
import type { FileSystemAdapter } from 'tinyglobby';
import { asRefusal, systemCode } from './refusal.js';

type System = Pick<typeof fs, 'readdir' | 'realpath' | 'stat'>;

/**
 * Names of the files in `folder` that match, from there. The library passes over what it cannot look at: whole folders of files, and links
 * that lead nowhere, would be missing from the items without a word. Here a folder that cannot be read is an error, and a link that cannot
 * be followed counts as a file: its opening tells why.
 *
 * @param folder empty: the working directory
 * @throws FileError
 */
export async function globFiles(
  pattern: string,
  folder: string,
  signal: AbortSignal,
  system: System = fs,
): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  const unread: unknown[] = [];
  const names = await glob(pattern, {
    cwd: folder === '' ? '.' : folder,
    expandDirectories: false,
    signal,
    fs: watched(system, (path, error) => unread.push(asRefusal('read', path, error))),
  });
  signal.throwIfAborted();
  if (unread.length > 0) throw unread[0];
  return names;
}

function watched(system: System, refused: (path: string, error: Error) => void): FileSystemAdapter {
  const readdir = (path: string, options: { withFileTypes: true }, done: (error: Error | null, entries: fs.Dirent[]) => void) =>
    system.readdir(path, options, (error, entries) => {
      // One that has gone meanwhile has no files.
      if (error !== null && systemCode(error) !== 'ENOENT') refused(path, error);
      done(error, entries);
    });
  const realpath = (path: string, done: (error: Error | null, resolved: string) => void) =>
    system.realpath(path, (error, resolved) => done(null, error === null ? resolved : path));
  const stat = (path: string, done: (error: Error | null, stats: Pick<fs.Stats, 'isDirectory'>) => void) =>
    system.stat(path, (error, stats) => done(null, error === null ? stats : noFolder));
  // The library calls these in no other form.
  return { readdir, realpath, stat } as unknown as FileSystemAdapter;
}

const noFolder = { isDirectory: () => false };
