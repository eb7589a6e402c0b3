import type { Pull } from '@millrace/core';
import { rowsOf } from '../csv/read.js';
import { gunzip } from '../file/gunzip.js';
import { linesOf } from '../lines/read.js';
import { valuesOf } from '../ndjson/read.js';
import { bodyTooLong } from './answer.js';
import { peeked } from './peeked.js';
import type { HttpReadOptions } from './read-options.js';

type Bytes = AsyncIterable<Uint8Array>;

/** The items of a body in a format that streams, parsed as they are pulled. `place` is the URL as origins and errors tell it. */
export function streamedItems(chunks: Bytes, place: string, options: HttpReadOptions): AsyncIterable<Pull<unknown>> {
  const { format, csv, maxLineBytes, bigIntegers } = options;
  const bytes = limited(unpacked(chunks, place), options.maxBytes);
  if (format === 'csv') return rowsOf(bytes, place, csv);
  return format === 'lines' ? linesOf(bytes, place, { maxLineBytes }) : valuesOf(bytes, place, { maxLineBytes, bigIntegers });
}

/** The bytes, unpacked when they begin as gzip does: a file that is stored so. What the server packs for the way is unpacked already. */
async function* unpacked(chunks: Bytes, place: string): AsyncGenerator<Uint8Array, void, undefined> {
  const { start, all } = await peeked(chunks, 2);
  yield* start[0] === 0x1f && start[1] === 0x8b ? gunzip(all, place) : all;
}

async function* limited(chunks: Bytes, maxBytes = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw bodyTooLong(maxBytes);
    yield chunk;
  }
}
