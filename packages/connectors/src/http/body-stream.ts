import type { Pull } from '@millrace/core';
import { rowsOf } from '../csv/read.js';
import { gunzip } from '../file/gunzip.js';
import { linesOf } from '../lines/read.js';
import { valuesOf } from '../ndjson/read.js';
import { bodyTooLong } from './answer.js';
import type { HttpReadOptions } from './read-options.js';

type Bytes = AsyncIterable<Uint8Array>;

/** The items of a body in a format that streams, parsed as they are pulled. `place` is the URL as origins and errors tell it. */
export function streamedItems(chunks: Bytes, place: string, options: HttpReadOptions): AsyncIterable<Pull<unknown>> {
  const { format, csv, maxLineBytes, bigIntegers } = options;
  const bytes = limited(unpacked(chunks, place), options.maxBytes);
  if (format === 'csv') return rowsOf(bytes, place, csv);
  return format === 'lines' ? linesOf(bytes, place, { maxLineBytes }) : valuesOf(bytes, place, { maxLineBytes, bigIntegers });
}

/** The bytes, unpacked when they begin as gzip does: a file that is stored so. What the server packs for the way fetch has unpacked. */
async function* unpacked(chunks: Bytes, place: string): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const start = await startOf(iterator);
    const all = rejoined(start, iterator);
    yield* start[0] === 0x1f && start[1] === 0x8b ? gunzip(all, place) : all;
  } finally {
    await iterator.return?.();
  }
}

/** The first chunk, of at least two bytes where there are so many. */
async function startOf(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array();
  while (start.length < 2) {
    const { done, value } = await iterator.next();
    if (done) break;
    start = start.length === 0 ? value : Buffer.concat([start, value]);
  }
  return start;
}

async function* rejoined(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  if (start.length > 0) yield start;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* limited(chunks: Bytes, maxBytes = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw bodyTooLong(maxBytes);
    yield chunk;
  }
}
