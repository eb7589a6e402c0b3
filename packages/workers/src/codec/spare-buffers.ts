import { Buffer } from 'node:buffer';

/** Bytes kept at most. */
const MAX_BYTES = 1 << 22;
/** Buffers kept at most: as many as messages lie in a thread at the same time, and a few more for those that have several. */
const MAX_COUNT = 8;
/** New ones are so large, or a multiple of it: then one fits the next message too, which has another size. */
const STEP = 1 << 16;

/** Memory of messages that were read, for those to come. */
export class SpareBuffers {
  readonly #buffers: ArrayBuffer[] = [];
  #bytes = 0;
  /** How many more are worth keeping: one for each that was taken. A thread that only reads has no use for any. */
  #wanted = 0;

  /** A buffer of so many bytes at least; what is in it means nothing. */
  take(bytes: number): ArrayBuffer {
    this.#wanted = Math.min(MAX_COUNT, this.#wanted + 1);
    const at = this.#buffers.findIndex(({ byteLength }) => byteLength >= bytes);
    // Not `new ArrayBuffer`, which would write zeros first.
    return at < 0 ? Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP) * STEP).buffer : this.#remove(at);
  }

  /** The caller gives it away; it may be of any size. */
  give(buffer: ArrayBuffer): void {
    if (this.#wanted === 0 || buffer.byteLength > MAX_BYTES) return;
    this.#wanted--;
    this.#buffers.push(buffer);
    this.#bytes += buffer.byteLength;
    // The oldest have been of no use to those who asked: they may be too small.
    while (this.#buffers.length > MAX_COUNT || this.#bytes > MAX_BYTES) this.#remove(0);
  }

  #remove(at: number): ArrayBuffer {
    const [buffer] = this.#buffers.splice(at, 1);
    this.#bytes -= buffer!.byteLength;
    return buffer!;
  }
}
