import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DataError } from '../errors.js';

/** Unpacks gzip of any number of members.
 * @throws DataError when the file is truncated or corrupt */
export async function* gunzip(packed: AsyncIterable<Uint8Array>, file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip({ chunkSize: 128 * 1024 });
  const feeding = pipeline(Readable.from(packed, { objectMode: false }), unzip, { signal });
  // The iteration below meets the same error; this only keeps it from being an unhandled rejection as well.
  feeding.catch(() => {});
  try {
    for await (const chunk of unzip) yield chunk;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw asDataError(error, file);
  } finally {
    unzip.destroy();
    // The file is closed after this: no read of it may still be under way.
    await feeding.catch(() => {});
  }
}

function asDataError(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return new DataError(file, 1, 1, 'the gzip file is truncated', { cause: error });
  if (typeof code === 'string' && code.startsWith('Z_')) {
    const why = error instanceof Error ? error.message : code;
    return new DataError(file, 1, 1, `the gzip file is corrupt: ${why}`, { cause: error });
  }
  return error;
}
