import type { ResourceLimits } from 'node:worker_threads';
import type { WorkerDeathError } from '../errors.js';
import type { FromLane, ResolverName, ToLane } from './frame.js';
import type { OutputLine } from './output-lines.js';
import type { ThrownDecoder } from './remote-error.js';
import type { Running } from './running-cell.js';
import type { WorkerIdentity } from './worker-identity.js';

/** What a worker is started with. */
export interface WorkerOptions {
  /** Lane number. */
  readonly lane: number;
  /** What it is called, by people and tools. Default: `millrace-lane-` and the number. */
  readonly name?: string | undefined;
  /** Its environment. Default: a copy of that of the program. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly resolver: ResolverName;
  /** From here to `ready`. */
  readonly startTimeoutMs: number;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly thrown: ThrownDecoder;
  /** Hears what the worker prints, line by line, all of it before its death. Default: it goes to the streams of the process. */
  readonly onOutput?: ((line: OutputLine) => void) | undefined;
}

/** What a pool tells a worker about itself, and what it hears of it. */
export interface WorkerEvents {
  readonly onFrame: (frame: FromLane) => void;
  /** A frame could not be read: its number, from 1. */
  readonly onUnread: (frame: number, error: unknown) => void;
  /** The worker is gone. Comes exactly once, never synchronously from a call, after the last frame. */
  readonly onDeath: (death: WorkerDeathError) => void;
}

/** One end of the wire between a pool and a worker. */
export interface WireEnd<F extends ToLane | FromLane> {
  /**
   * Throws a DataCloneError, or what a getter throws, and sends nothing, when the frame holds what cannot be cloned. No effect when the
   * other end is gone.
   */
  readonly post: (frame: F, transfers?: readonly ArrayBuffer[]) => void;
  /** What the other end would get of a value; throws what `post` throws. */
  readonly clone: (value: unknown) => unknown;
}

/** A worker as the pool sees it: a thread or a process. */
export interface WorkerPort extends WireEnd<ToLane> {
  readonly identity: WorkerIdentity;
  /** Of the process that it is, or is a thread of; undefined when that could not be started. */
  readonly pid: number | undefined;
  /** Frames that were posted so far. */
  readonly posted: number;
  /**
   * The item that runs, or ran when the worker ended. Of a process the batch is right; the item is the one that ran some ms ago, exact
   * only when the process could tell as it ended.
   */
  readonly running: () => Running | 'none';
  /** Asks it to run no further item. */
  readonly stop: () => void;
  /** Ends it at once; `why` becomes the cause of the death. Resolves when it is gone. */
  readonly terminate: (why?: unknown) => Promise<void>;
  /** Sends a signal to a process; ends a thread. `why` becomes the cause of the death, if it comes to that. */
  readonly kill: (signal: NodeJS.Signals, why: unknown) => void;
  /** Whether the worker keeps this process alive, once it has started. At first it does. */
  readonly hold: (holds: boolean) => void;
}
