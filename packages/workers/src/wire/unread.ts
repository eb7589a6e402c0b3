import { CloneError } from '../errors.js';
import { messageOf } from './told.js';

// What was written without a fault may be unreadable at the other end: its stack is smaller, or there is a value that this Node.js writes
// and does not read. Both ends count frames, so that it can be told which one it was.

/** @param path what could not be read: `item`, `output`, or another word for it */
export function unreadFault(path: string, cause: unknown): CloneError {
  const message =
    `${path} was copied, and could not be read at the other end (${messageOf(cause)}): it is nested too deeply, or holds what this ` +
    'Node.js cannot read back, as an error that is its own cause; send its parts as a list, or as a text';
  return new CloneError(message, path, { cause });
}
