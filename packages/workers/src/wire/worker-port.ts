import type { WorkerDeathError } from '../errors.js';
import type { FromLane, ToLane } from './frame.js';
import type { Running } from './running-cell.js';

/** What a pool tells a worker about itself, and what it hears of it. */
export interface WorkerEvents {
  readonly onFrame: (frame: FromLane) => void;
  /** The worker is gone. Comes exactly once, never synchronously from a call, after the last frame. */
  readonly onDeath: (death: WorkerDeathError) => void;
}

/** A worker as the pool sees it: a thread, and later a process. */
export interface WorkerPort {
  /**
   * Throws a DataCloneError, and sends nothing, when the frame holds what cannot be cloned. No effect on a dead worker. A busy lane
   * reads `cancel` and `drop` before its next item.
   */
  readonly post: (frame: ToLane, transfers?: readonly ArrayBuffer[]) => void;
  /** The item that runs, or ran when the worker ended; `unknown` when one may, and cannot be told. */
  readonly running: () => Running | 'none' | 'unknown';
  /** Asks it to run no further item. */
  readonly stop: () => void;
  /** Ends it at once; `why` becomes the cause of the death. Resolves when it is gone. */
  readonly terminate: (why?: unknown) => Promise<void>;
}
