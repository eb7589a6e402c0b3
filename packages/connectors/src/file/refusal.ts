import { resolve } from 'node:path';
import { FileError } from '../errors.js';
import { standardStream } from './standard-stream.js';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'this program has too many open files',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'the device failed',
  EPIPE: 'whoever read it has gone',
};

/** The error for a file that could not be read or written: one line with the path as given and what it was resolved to. */
export function refusal(action: 'read' | 'write', path: string, reason: string, cause?: unknown): FileError {
  if (path === standardStream) {
    const stream = action === 'read' ? '<stdin>' : '<stdout>';
    return new FileError(`cannot ${action} ${stream}: ${reason}`, path, cause === undefined ? undefined : { cause });
  }
  const absolute = resolve(path);
  const place = absolute === path ? '' : ` (resolved to ${absolute})`;
  return new FileError(`cannot ${action} "${path}"${place}: ${reason}`, path, cause === undefined ? undefined : { cause });
}

/** The same for an error of the system; any other error passes unchanged. */
export function asRefusal(action: 'read' | 'write', path: string, error: unknown): unknown {
  const code = systemCode(error);
  return code === undefined ? error : refusal(action, path, reasons[code] ?? `the system says ${code}`, error);
}

/** `ENOENT` and the like; undefined for errors that do not come from a system call. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
