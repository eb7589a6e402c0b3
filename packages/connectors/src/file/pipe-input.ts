import { closeSync, constants, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import type { Input } from './input.js';
import { orAborted } from './or-aborted.js';
import { asRefusal } from './refusal.js';

/** Whether a `PipeInput` can read what lies there. False for what is not there, which is for the opening to tell. */
export async function isPipe(path: string, signal: AbortSignal): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const pending = stat(resolve(path)).then(
    (found) => found.isFIFO(),
    () => false,
  );
  return orAborted(pending, signal);
}

/**
 * A pipe that has a name, or that `/dev/fd` gives one, read by the event loop as sockets are. A read by a thread of the system cannot be
 * taken back: while the other side was idle, or had not come yet, it kept the process from its end.
 *
 * The opening does not wait for a writer, the reading does: Linux tells of an end only when a writer has been there and gone. Other
 * systems tell of one at once when there is no writer, so there a pipe is read as files are.
 */
export class PipeInput implements Input {
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #path: string;
  readonly #signal: AbortSignal;

  private constructor(socket: Socket, path: string, signal: AbortSignal) {
    this.#socket = socket;
    // That of a read is told by the read; without a listener it would end the program when nobody reads.
    socket.on('error', () => {});
    this.#chunks = socket[Symbol.asyncIterator]();
    this.#path = path;
    this.#signal = signal;
  }

  /** @throws FileError */
  static async open(path: string, signal: AbortSignal): Promise<PipeInput> {
    // Few programs read pipes by their names, and every lane would load it.
    const net = await import('node:net');
    signal.throwIfAborted();
    try {
      const descriptor = openSync(resolve(path), constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        return new PipeInput(new net.Socket({ fd: descriptor, readable: true, writable: false }), path, signal);
      } catch (error) {
        closeSync(descriptor);
        throw error;
      }
    } catch (error) {
      throw asRefusal('read', path, error);
    }
  }

  async read(): Promise<Uint8Array> {
    this.#signal.throwIfAborted();
    try {
      const { done, value } = await orAborted(this.#chunks.next(), this.#signal);
      return done ? new Uint8Array() : value;
    } catch (error) {
      throw asRefusal('read', this.#path, error);
    }
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket.closed) return;
    await new Promise((closed) => {
      socket.once('close', closed).destroy();
    });
  }
}
