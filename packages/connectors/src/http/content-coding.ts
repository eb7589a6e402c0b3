import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { peeked } from './peeked.js';
import { WireError } from './wire.js';

type Bytes = AsyncIterable<Uint8Array>;

const chunkSize = 128 * 1024;

/** What a body may be packed by, and what undoes it, which for some depends on the first byte. */
const unpackers: Readonly<Record<string, (first: number) => Duplex>> = {
  gzip: () => zlib.createGunzip({ chunkSize }),
  'x-gzip': () => zlib.createGunzip({ chunkSize }),
  // RFC 9110 means the format of zlib; some servers leave its frame out. The four low bits of the frame's first byte are 8.
  deflate: (first) => ((first & 0x0f) === 8 ? zlib.createInflate({ chunkSize }) : zlib.createInflateRaw({ chunkSize })),
  br: () => zlib.createBrotliDecompress({ chunkSize }),
};

const wayOut = 'the header "accept-encoding": "identity" asks for it unpacked';

/** Each could make a thousandfold of what the one before it made. */
const maxCodings = 5;

/**
 * The body as it was before `content-encoding`. What names no packing that is known is left as it is: servers say `utf-8` there, too.
 *
 * @throws WireError when what it is packed by breaks off or is corrupt, and what `packed` throws
 */
export function unpacked(packed: Bytes, headers: Headers): Bytes {
  const named = (headers.get('content-encoding') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const codings = named.filter((name) => name !== '' && name !== 'identity');
  if (codings.length === 0 || !codings.every((name) => Object.hasOwn(unpackers, name))) return packed;
  if (codings.length > maxCodings) throw new WireError(`it packs its body ${codings.length} times`, false);
  // Without them the body ends with the connection, and that it is empty may be that it broke off.
  const isFramed = headers.has('content-length') || headers.has('transfer-encoding');
  return codings.reduceRight((bytes, name) => unpackedOnce(bytes, name, isFramed), packed);
}

async function* unpackedOnce(packed: Bytes, coding: string, mayBeEmpty: boolean): AsyncGenerator<Uint8Array, void, undefined> {
  const { start, all } = await peeked(packed, 1);
  const [first] = start;
  if (first === undefined) {
    if (mayBeEmpty) return;
    throw brokenPacking(coding);
  }
  const unpacker = unpackers[coding]!(first);
  // Its failure is that of the unpacker. Nobody waits for it: when the reading ends early it ends with the connection, which comes later.
  pipeline(all, unpacker).catch(() => {});
  try {
    for await (const chunk of unpacker) yield chunk;
  } catch (error) {
    throw asWireError(error, coding);
  } finally {
    unpacker.destroy();
  }
}

/**
 * Both pass: the bytes may have suffered on their way. What stands behind the end of a gzip and is neither another nor zeros is an error, too,
 * as curl, Go and fetch have it: browsers read past it, and cannot tell it from a member that was damaged.
 */
function asWireError(error: unknown, coding: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return brokenPacking(coding, error);
  // ERR__ERROR_FORMAT_… and the like are those of br.
  if (typeof code !== 'string' || !/^(Z_|ERR__)/.test(code)) return error;
  const why = error instanceof Error ? error.message : code;
  return new WireError(`the body is corrupt ${coding}: ${why}; ${wayOut}`, true, { cause: error });
}

function brokenPacking(coding: string, cause?: unknown): WireError {
  const why = `the body broke off: the ${coding} that it is packed as has no end`;
  return new WireError(`${why}; ${wayOut}`, true, { cause });
}
