import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { refusal, systemCode } from './refusal.js';

/** As many as Linux follows in one path. */
const maxHops = 40;

/**
 * Where a file that is written to this absolute path comes to lie, symbolic links followed. The file need not be there: a link that leads
 * to nothing yet, as `latest.txt` does to the file of today, leads to where the file will be. The folder of what is given need not either;
 * then it is in the answer as far as it is known.
 *
 * `realpath` follows none of the links of a path whose end is missing, so those of its last part are followed here. What a link says is
 * appended to the real folder that it lies in, and not normalized: behind a folder that is a link `..` is not what the text suggests.
 *
 * @throws FileError, which tells of `given`, and errors of the system
 */
export async function linkTarget(absolute: string, given: string): Promise<string> {
  let path = absolute;
  for (let hops = 0; hops <= maxHops; hops++) {
    const whole = await realpathOrNone(path);
    if (whole !== undefined) return whole;
    const folder = await realpathOrNone(dirname(path));
    if (folder === undefined) return normalize(path);
    const place = join(folder, basename(path));
    const said = await linkOrNone(place);
    if (said === undefined) return place;
    if (said.endsWith('/') || said.endsWith(sep)) throw refusal('write', given, `its symbolic link leads to ${said}, a folder`);
    path = isAbsolute(said) ? said : `${folder}${sep}${said}`;
  }
  // A loop that stands still is an ELOOP of realpath.
  throw refusal('write', given, `more than ${maxHops} symbolic links lead on from it`);
}

async function realpathOrNone(path: string): Promise<string | undefined> {
  return orNone(realpath(path));
}

/** What a link says; undefined for what is none. */
async function linkOrNone(path: string): Promise<string | undefined> {
  const found = await orNone(lstat(path));
  return found?.isSymbolicLink() ? orNone(readlink(path)) : undefined;
}

/** Undefined when it is not there. */
export async function orNone<T>(pending: Promise<T>): Promise<T | undefined> {
  try {
    return await pending;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
