import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FileError } from '../errors.js';
import { globFiles } from './glob-files.js';
import { systemCode } from './refusal.js';
import { standardStream } from './standard-stream.js';

/** A path, a glob, `-` for the standard input, or a list of these. */
export type InputPaths = string | readonly string[];

/**
 * The files that are meant, in the order of reading: the list's own, within a glob that of their names by code units. A file that is
 * named twice is read once, at its first place. A path that exists is taken literally, whatever characters it has; so are the folders
 * at the start of a glob that exist.
 *
 * @throws FileError for a glob without a match, unless `allowEmpty`, and for a folder on its way that cannot be read
 */
export async function inputPaths(paths: InputPaths, allowEmpty: boolean, signal: AbortSignal): Promise<readonly string[]> {
  if (typeof paths === 'string' && !mayBeGlob(paths)) return [paths];
  const found = new Map<string, string>();
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    signal.throwIfAborted();
    for (const one of await filesOf(path, allowEmpty, signal)) {
      const key = one === standardStream ? one : resolve(one);
      if (!found.has(key)) found.set(key, one);
    }
  }
  return [...found.values()];
}

/** Spares the common path a look at the file system, and the loading of the library. */
function mayBeGlob(path: string): boolean {
  return /[*?[\]{}()!+@]/.test(path);
}

async function filesOf(path: string, allowEmpty: boolean, signal: AbortSignal): Promise<readonly string[]> {
  if (!mayBeGlob(path) || (await exists(path))) return [path];
  const { isDynamicPattern } = await import('tinyglobby');
  if (!isDynamicPattern(path)) return [path];
  const folder = await literalFolder(path);
  // Relative to that folder: the library would take special characters in its name for a part of the pattern.
  const names = await globFiles(path.slice(folder.length), folder, signal);
  if (names.length === 0 && !allowEmpty) {
    throw new FileError(
      `no file matches "${path}" (looked in ${resolve(folder)}); with the option "allowEmpty: true" it stands for no file`,
      path,
    );
  }
  return names.toSorted().map((name) => folder + name);
}

/** The start of the pattern, with its slash, that is a folder as it stands; empty when there is none. */
async function literalFolder(pattern: string): Promise<string> {
  let end = 0;
  for (let slash = pattern.indexOf('/'); slash !== -1; slash = pattern.indexOf('/', slash + 1)) {
    if (!(await exists(pattern.slice(0, slash + 1)))) break;
    end = slash + 1;
  }
  return pattern.slice(0, end);
}

/** Whatever else keeps it from being looked at is for the opening to say. */
async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}
