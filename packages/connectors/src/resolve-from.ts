import { resolve } from 'node:path';
import { standardStream } from './file/standard-stream.js';

/**
 * What the value of an option that `isPath` means in a pipeline file in this folder: a path, a glob, `-`, or a list of these.
 *
 * @param folder absolute, or relative to the working directory
 * @returns absolute paths in the place of relative ones; what is no path as it is
 */
export function resolveFrom(folder: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => resolveFrom(folder, one));
  return typeof value !== 'string' || value === '' || value === standardStream ? value : resolve(folder, value);
}
