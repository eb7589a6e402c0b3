import { resolve } from 'node:path';
import { standardStream } from './file/standard-stream.js';

/** What the value of an option that `isPath` means in a pipeline file in this folder: a path, a glob, `-`, or a list of these. */
export function resolveFrom(folder: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => resolveFrom(folder, one));
  return typeof value !== 'string' || value === '' || value === standardStream ? value : resolve(folder, value);
}
