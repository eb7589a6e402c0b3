import { Buffer } from 'node:buffer';

/** Buffers kept at most: as many as messages lie in a thread at the same time, and a few more. */
const MAX_COUNT = 8;
/** Bytes of a buffer that is kept; a larger one is rare, and would lie there for long. */
const MAX_BYTES = 1 << 20;
/** New ones are so large, or a multiple of it: then one fits the next message too, which has another size. */
const STEP = 1 << 16;

/** Memory of messages that were read, for those to come. */
export class SpareBuffers {
  readonly #buffers: ArrayBuffer[] = [];

  /** A buffer of so many bytes at least; what is in it means nothing. */
  take(bytes: number): ArrayBuffer {
    const at = this.#buffers.findIndex(({ byteLength }) => byteLength >= bytes);
    // Not `new ArrayBuffer`, which would write zeros first.
    if (at < 0) return Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP) * STEP).buffer;
    return this.#buffers.splice(at, 1)[0]!;
  }

  /** The caller gives it away; it may be of any size. */
  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength > MAX_BYTES) return;
    this.#buffers.push(buffer);
    // The oldest has been of no use to those who asked: it may be too small.
    if (this.#buffers.length > MAX_COUNT) this.#buffers.shift();
  }
}
