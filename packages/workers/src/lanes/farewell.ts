import { TimeoutError } from '../errors.js';
import { Alarm } from '../wire/alarm.js';
import { encodeThrown } from '../wire/remote-error.js';
import type { WorkerPort } from '../wire/worker-port.js';
import type { Loads } from './loads.js';

export interface FarewellOptions {
  readonly worker: number;
  readonly graceMs: number;
  readonly port: WorkerPort;
  readonly loads: Loads;
  readonly onFault: (error: unknown) => void;
}

/**
 * The end of a worker that may finish what it runs: that has the grace, and where jobs have to be closed these have as long again.
 * The worker is terminated after it in any case.
 */
export class Farewell {
  /** Resolves when the worker has finished, or will not. */
  readonly over: Promise<void>;
  readonly #options: FarewellOptions;
  readonly #alarm = new Alarm();
  #resolve!: () => void;

  constructor(options: FarewellOptions, reason: unknown) {
    const { graceMs, port } = options;
    this.#options = options;
    this.over = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#alarm.set(graceMs, () => this.#afterItems());
    port.post({ kind: 'close', reason: reason === undefined ? undefined : encodeThrown(reason), graceMs });
  }

  /** The worker has said `closed`, or is gone. */
  end(): void {
    this.#alarm.clear();
    this.#resolve();
  }

  #afterItems(): void {
    const { graceMs, port, loads } = this.#options;
    if (loads.closable === 0 || typeof port.running() === 'object') this.#resolve();
    else this.#alarm.set(graceMs, () => this.#afterClosings());
  }

  #afterClosings(): void {
    const { worker, graceMs, loads, onFault } = this.#options;
    if (loads.closable > 0) onFault(new TimeoutError(`lane ${worker} took longer than ${graceMs} ms to close its jobs`));
    this.#resolve();
  }
}
