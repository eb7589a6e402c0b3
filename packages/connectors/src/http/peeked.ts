type Bytes = AsyncIterable<Uint8Array>;

/** The start of something, and all of it. */
export interface Peeked {
  /** The first chunk, of at least so many bytes as were asked for where there are so many. */
  readonly start: Uint8Array;
  /** Everything, the start too, once. To be read or returned: that lets go of what lies below. */
  readonly all: AsyncGenerator<Uint8Array, void, undefined>;
}

/** Looks at the first bytes, by which one may tell what they are. */
export async function peeked(chunks: Bytes, least: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array();
  while (start.length < least) {
    const { done, value } = await iterator.next();
    if (done) break;
    start = start.length === 0 ? value : Buffer.concat([start, value]);
  }
  return { start, all: rejoined(start, iterator) };
}

async function* rejoined(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (start.length > 0) yield start;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
