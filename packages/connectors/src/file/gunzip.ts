import { createGunzip, type Gunzip } from 'node:zlib';
import { DataError } from '../errors.js';

/**
 * Unpacks gzip of any number of members. zlib stops at the first zero byte behind a member, taking it for padding, and says nothing of
 * what follows; here only zeros may follow. `packed` is not pulled any more when this ends.
 *
 * @throws DataError when the file is truncated or corrupt, and what `packed` throws
 */
export async function* gunzip(packed: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array, void, undefined> {
  const unzip = createGunzip({ chunkSize: 128 * 1024 });
  const feeding = feed(packed, unzip, file);
  feeding.catch(() => unzip.destroy());
  try {
    for await (const chunk of unzip) yield chunk;
    await feeding;
  } catch (error) {
    // When the feeding failed, that is why the stream did.
    await feeding;
    throw asDataError(error, file);
  } finally {
    unzip.destroy();
    await feeding.catch(() => {});
  }
}

async function feed(packed: AsyncIterable<Uint8Array>, unzip: Gunzip, file: string): Promise<void> {
  let fedBytes = 0;
  let isPadding = false;
  for await (const chunk of packed) {
    let rest = chunk;
    if (!isPadding) {
      fedBytes += chunk.length;
      if ((await write(chunk, unzip)) === 'closed') return;
      const leftBytes = fedBytes - unzip.bytesWritten;
      isPadding = leftBytes > 0;
      rest = chunk.subarray(chunk.length - leftBytes);
    }
    if (rest.some((byte) => byte !== 0)) {
      throw new DataError(file, 1, 1, 'the gzip file is corrupt: it goes on behind its end with what is no gzip');
    }
  }
  if (!isPadding) unzip.end();
}

/** Waits until the chunk is unpacked and there is room for more, the last member has ended, or nobody reads on. */
function write(chunk: Uint8Array, unzip: Gunzip): Promise<'taken' | 'closed'> {
  return new Promise((resolve) => {
    if (unzip.destroyed) return resolve('closed');
    const onEnd = () => settle('taken');
    const onClose = () => settle('closed');
    const settle = (outcome: 'taken' | 'closed') => {
      unzip.off('end', onEnd).off('close', onClose);
      resolve(outcome);
    };
    unzip.on('end', onEnd).on('close', onClose);
    unzip.write(chunk, (error) => settle(error ? 'closed' : 'taken'));
  });
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
