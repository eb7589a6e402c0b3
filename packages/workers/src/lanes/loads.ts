import { CloneError, TimeoutError } from '../errors.js';
import { cloneFault } from '../wire/clone-fault.js';
import type { FromLane, ToLane } from '../wire/frame.js';
import type { ThrownDecoder } from '../wire/remote-error.js';
import type { WireEnd } from '../wire/worker-port.js';

/** What a lane must know of a job to load and run it. */
export type JobTerms = Pick<Extract<ToLane, { readonly kind: 'open' }>, 'spec' | 'timeoutMs' | 'transfer'>;

/** Something that a lane loads, and that is told when it cannot be. */
export interface Loadable {
  readonly id: number;
  readonly terms: JobTerms;
  readonly broken: (error: Error) => void;
}

interface Load {
  readonly subject: Loadable;
  /** Runs from `opening` to `opened`. */
  timer: NodeJS.Timeout | undefined;
}

export interface LoadsOptions {
  readonly worker: number;
  readonly startTimeoutMs: number;
  readonly thrown: ThrownDecoder;
  readonly wire: WireEnd<ToLane>;
  /** The worker has been loading a job for too long: it must be ended. */
  readonly onOverdue: (error: TimeoutError) => void;
}

/** The jobs that the worker of a lane knows: each is opened once, and has a limited time to load. */
export class Loads {
  readonly #options: LoadsOptions;
  readonly #loads = new Map<number, Load>();

  constructor(options: LoadsOptions) {
    this.#options = options;
  }

  open(subject: Loadable): void {
    if (this.#loads.has(subject.id)) return;
    this.#loads.set(subject.id, { subject, timer: undefined });
    const { wire } = this.#options;
    try {
      wire.post({ kind: 'open', job: subject.id, ...subject.terms });
    } catch (cause) {
      const fault =
        cloneFault(subject.terms.spec, 'spec', wire.clone) ??
        new CloneError('the spec of the job cannot be cloned', 'spec', { cause });
      // Not from within the call that brought the job.
      queueMicrotask(() => subject.broken(fault));
    }
  }

  receive(frame: Extract<FromLane, { readonly kind: 'opening' | 'opened' | 'refused' }>): void {
    const load = this.#loads.get(frame.job);
    if (load === undefined) return;
    clearTimeout(load.timer);
    if (frame.kind === 'opening') load.timer = setTimeout(() => this.#timeOut(load), this.#options.startTimeoutMs);
    if (frame.kind === 'refused') {
      this.#loads.delete(frame.job);
      const error = this.#options.thrown.decode(frame.error);
      load.subject.broken(
        error instanceof Error ? error : new Error(`a job could not be loaded: ${String(error)}`, { cause: error }),
      );
    }
  }

  drop(job: number): void {
    const load = this.#loads.get(job);
    if (load === undefined) return;
    clearTimeout(load.timer);
    this.#loads.delete(job);
    this.#options.wire.post({ kind: 'drop', job });
  }

  /** The worker is gone, or ends. */
  clear(): void {
    for (const { timer } of this.#loads.values()) clearTimeout(timer);
    this.#loads.clear();
  }

  #timeOut(load: Load): void {
    const { worker, startTimeoutMs, onOverdue } = this.#options;
    const error = new TimeoutError(
      `lane ${worker} could not load a job within ${startTimeoutMs} ms; raise startTimeoutMs if it needs longer`,
    );
    // Whether a promise is pending or a loop runs cannot be seen from here, and in a loop the lane is lost.
    onOverdue(error);
    load.subject.broken(error);
  }
}
