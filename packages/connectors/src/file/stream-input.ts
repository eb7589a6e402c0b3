import type { Readable } from 'node:stream';
import { FileError } from '../errors.js';
import type { Input } from './input.js';
import { orAborted } from './or-aborted.js';
import { asRefusal } from './refusal.js';
import { inputLabel, standardStream } from './standard-stream.js';

/** The streams that somebody reads now. */
const taken = new WeakSet<Readable>();

/**
 * Reads a stream that belongs to somebody else, as the standard input does: it is paused between pulls, and when the reading ends it is
 * left paused, not closed. A paused standard input does not keep the process alive.
 */
export class StreamInput implements Input {
  readonly #stream: Readable;
  readonly #signal: AbortSignal;
  readonly #chunks: Uint8Array[] = [];
  #hasEnded: boolean;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  private constructor(stream: Readable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
    this.#hasEnded = stream.destroyed;
    stream.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onEnd).on('error', this.#onError);
  }

  /** @throws FileError while another reading of the stream goes on, and when one has come to its end: it would pass for an empty one */
  static open(stream: Readable, signal: AbortSignal): StreamInput {
    const why = taken.has(stream)
      ? 'another source reads it'
      : stream.readableEnded
        ? 'it was read to its end before'
        : undefined;
    if (why !== undefined) {
      throw new FileError(`cannot read ${inputLabel(standardStream)}: ${why}; its bytes come only once`, standardStream);
    }
    taken.add(stream);
    return new StreamInput(stream, signal);
  }

  async read(): Promise<Uint8Array> {
    this.#signal.throwIfAborted();
    if (this.#chunks.length === 0 && !this.#hasEnded && this.#failure === undefined) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#stream.resume();
      await orAborted(woken, this.#signal);
    }
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) return chunk;
    if (this.#failure !== undefined) throw asRefusal('read', standardStream, this.#failure.error);
    return new Uint8Array();
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    stream.off('data', this.#onData);
    if (!this.#hasEnded) await this.#stop();
    stream.off('end', this.#onEnd).off('close', this.#onEnd).off('error', this.#onError);
    taken.delete(stream);
  }

  /**
   * A paused standard input reads ahead, and keeps the process alive with that; it only stops when it is paused while it flows. So it
   * flows for one turn of the event loop. What came and was not read is given back.
   */
  async #stop(): Promise<void> {
    const stream = this.#stream;
    const keep = (chunk: Uint8Array | string) => {
      this.#chunks.push(bytesOf(chunk));
    };
    stream.on('data', keep).resume();
    await new Promise(setImmediate);
    stream.off('data', keep).pause();
    if (this.#chunks.length > 0 && !this.#hasEnded && !stream.readableEncoding) stream.unshift(Buffer.concat(this.#chunks));
  }

  #onData = (chunk: Uint8Array | string): void => {
    if (chunk.length === 0) return;
    this.#stream.pause();
    this.#chunks.push(bytesOf(chunk));
    this.#wake();
  };

  #onEnd = (): void => {
    this.#hasEnded = true;
    this.#wake();
  };

  #onError = (error: unknown): void => {
    this.#failure ??= { error };
    this.#wake();
  };
}

/** Text comes when the program has set an encoding. */
function bytesOf(chunk: Uint8Array | string): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
