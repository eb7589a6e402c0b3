import type { Pull, Source } from '@millrace/core';
import { maxPull } from '../pulls.js';
import { checkReadable, readBytes } from './byte-source.js';
import { type InputPaths, inputPaths } from './input-paths.js';
import { orAborted } from './or-aborted.js';
import { inputLabel } from './standard-stream.js';

/** Reads one file: its bytes, unpacked, and what to call it in origins and errors. */
type ReadFile<Item> = (chunks: AsyncIterable<Uint8Array>, file: string) => AsyncIterable<Pull<Item>>;

export interface FileSourceOptions<Item> {
  readonly name: string;
  readonly paths: InputPaths;
  readonly allowEmpty: boolean | undefined;
  /** Called once for each opening: what the files of one reading have in common lives in its closure. */
  readonly reader: () => ReadFile<Item>;
}

/** A source that reads files one after the other. They are looked for when the first item is asked for, in the working directory of that moment. */
export function fileSource<Item>({ name, paths, allowEmpty = false, reader }: FileSourceOptions<Item>): Source<Item> {
  const find = (signal: AbortSignal) => orAborted(inputPaths(paths, allowEmpty, signal), signal);
  return {
    name,
    maxPull,
    check: async ({ signal }) => {
      for (const path of await find(signal)) await checkReadable(path);
    },
    open: ({ signal }) => readAll(find, reader(), signal),
  };
}

async function* readAll<Item>(
  find: (signal: AbortSignal) => Promise<readonly string[]>,
  read: ReadFile<Item>,
  signal: AbortSignal,
): AsyncGenerator<Pull<Item>, void, undefined> {
  signal.throwIfAborted();
  for (const path of await find(signal)) yield* read(readBytes(path, signal), inputLabel(path));
}
