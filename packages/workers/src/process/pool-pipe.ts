import { writevSync } from 'node:fs';
import { Socket } from 'node:net';
import { readClone, writeClone } from '../wire/by-value.js';
import type { FromLane, ToLane } from '../wire/frame.js';
import { encodeThrown } from '../wire/remote-error.js';
import { SentFrames } from '../wire/sent-frames.js';
import type { WireEnd } from '../wire/worker-port.js';
import { FrameReader, frameBytes, type StartFrame, type ToProcess, UnreadFrame } from './frame-bytes.js';

/** Pipes of a lane's process, beside stdin, stdout and stderr. Nothing goes by that of `life`, which is there where a thread has started it. */
export const PIPE = { fromPool: 3, toPool: 4, life: 5 } as const;

/**
 * The wire to the pool as the process of a lane holds it. It keeps the process alive, and ends it when the pool's process is gone,
 * however that ended.
 */
export class PoolPipe implements WireEnd<FromLane> {
  #receive: ((frame: ToLane) => void) | undefined;
  #waiting: ToLane[] = [];
  readonly sent = new SentFrames();

  constructor(onStart: (start: StartFrame) => void) {
    const reader = new FrameReader<ToProcess>();
    const take = (frame: ToProcess | UnreadFrame): void => {
      if (frame instanceof UnreadFrame) this.post({ kind: 'unread', frame: frame.frame, error: encodeThrown(frame.error) });
      else if (frame.kind === 'start') onStart(frame);
      else if (this.#receive === undefined) this.#waiting.push(frame);
      else this.#receive(frame);
    };
    new Socket({ fd: PIPE.fromPool, readable: true, writable: false })
      .on('data', (chunk) => reader.push(chunk).forEach(take))
      // What keeps it from being read is that nobody is at its other end: close follows.
      .on('error', () => {})
      .on('close', () => process.exit(1));
  }

  /**
   * The bytes are in the kernel when it returns, so they arrive even if the next item ends the process. It waits while the pipe is full:
   * a pool that is behind slows its lanes down.
   */
  readonly post: WireEnd<FromLane>['post'] = (frame) => {
    const parts = frameBytes(frame);
    try {
      writeAll(parts);
      this.sent.note(frame);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(1);
      throw error;
    }
  };

  readonly clone: WireEnd<FromLane>['clone'] = (value) => readClone(writeClone(value));

  readonly listen = (receive: (frame: ToLane) => void): void => {
    this.#receive = receive;
    for (const frame of this.#waiting) receive(frame);
    this.#waiting = [];
  };
}

function writeAll(parts: readonly Uint8Array[]): void {
  let rest = parts;
  while (rest.length > 0) {
    let written = writevSync(PIPE.toPool, rest);
    const next: Uint8Array[] = [];
    for (const part of rest) {
      if (written < part.length) next.push(part.subarray(written));
      written = Math.max(0, written - part.length);
    }
    rest = next;
  }
}
