import { resolve } from 'node:path';
import type { Sink, Writer } from '@millrace/core';
import { Turns } from '../turns.js';
import { AtomicFile, checkWritable, type OutputFile } from './atomic-file.js';
import { GzipFile } from './gzip-file.js';
import { StandardOutput } from './standard-output.js';
import { standardStream } from './standard-stream.js';

/** Turns batches into text. It keeps no state itself: what it remembers is in `next`, and counts only when the batch was written. */
export interface BatchEncoder<in Item> {
  /** @throws ItemError for an item that cannot be written */
  readonly encode: (items: readonly Item[]) => Encoded<Item>;
  /** What a file to which nothing more is written still needs. */
  readonly ending: string;
}

interface Encoded<in Item> {
  readonly text: string;
  readonly next: BatchEncoder<Item>;
}

/**
 * A sink that writes a text file atomically. A batch is written whole or not at all: a bad item costs no other item of its batch, and
 * the batch may be written again without it. Writes at once stand in line. The path `-` is the standard output, where each batch is seen at
 * once.
 */
export function fileSink<Item>(name: string, path: string, gzip: boolean | undefined, encoder: BatchEncoder<Item>): Sink<Item> {
  const packs = gzip ?? path.endsWith('.gz');
  return {
    name,
    ...(path === standardStream ? {} : { target: resolve(path) }),
    check: async () => {
      if (path !== standardStream) await checkWritable(path);
    },
    open: async ({ signal }) => {
      signal.throwIfAborted();
      const file: OutputFile = path === standardStream ? new StandardOutput(process.stdout) : await AtomicFile.create(path);
      if (signal.aborted) {
        await file.abort();
        throw signal.reason;
      }
      return { ...fileWriter(packs ? new GzipFile(file) : file, encoder), ...targetOf(file) };
    },
  };
}

function targetOf({ target }: OutputFile): Pick<Writer<never>, 'target'> {
  return target === undefined ? {} : { target };
}

function fileWriter<Item>(file: OutputFile, first: BatchEncoder<Item>): Writer<Item> {
  let encoder = first;
  const turns = new Turns();
  return {
    write: (items, { signal }) =>
      turns.take(async () => {
        signal.throwIfAborted();
        const { text, next } = encoder.encode(items);
        if (text !== '') await file.append(Buffer.from(text), signal);
        encoder = next;
      }),
    commit: async () => {
      // One that was given up may still write: behind the end of the file, too.
      await turns.idle;
      if (encoder.ending !== '') await appendOrAbort(file, Buffer.from(encoder.ending));
      await file.commit();
    },
    abort: () => file.abort(),
  };
}

async function appendOrAbort(file: OutputFile, bytes: Uint8Array): Promise<void> {
  try {
    await file.append(bytes);
  } catch (error) {
    await file.abort();
    throw error;
  }
}
