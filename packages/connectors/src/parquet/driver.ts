import zlib from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { missingPackage } from '../missing-package.js';

type Reader = typeof import('hyparquet');
type Writer = typeof import('hyparquet-writer');

const readPackages = ['hyparquet', 'hyparquet-compressors'];

/** What decodes Parquet, with all compressions. Those that Node has itself are faster there.
 * @throws MissingPackageError */
export async function loadReader(): Promise<Reader & { readonly compressors: Compressors }> {
  try {
    const [reader, { compressors }] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
    return { ...reader, compressors: { ...compressors, ...native() } };
  } catch (error) {
    throw missingPackage('parquet.read', readPackages, error);
  }
}

/** @throws MissingPackageError */
export async function loadWriter(): Promise<Writer> {
  try {
    return await import('hyparquet-writer');
  } catch (error) {
    throw missingPackage('parquet.write', ['hyparquet-writer'], error);
  }
}

function native(): Compressors {
  // From Node 22.15 on.
  const zstd: unknown = Reflect.get(zlib, 'zstdDecompressSync');
  return {
    GZIP: (bytes) => zlib.gunzipSync(bytes),
    BROTLI: (bytes) => zlib.brotliDecompressSync(bytes),
    ...(typeof zstd === 'function' ? { ZSTD: (bytes: Uint8Array) => zstd(bytes) as Uint8Array } : {}),
  };
}
