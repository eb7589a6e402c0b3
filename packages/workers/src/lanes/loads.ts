import { CloneError, TimeoutError } from '../errors.js';
import { Alarm } from '../wire/alarm.js';
import { cloneFault } from '../wire/clone-fault.js';
import type { FromLane, ToLane } from '../wire/frame.js';
import type { ThrownDecoder } from '../wire/remote-error.js';
import { isError, messageOf } from '../wire/told.js';
import type { WireEnd } from '../wire/worker-port.js';
import { Closing, type Obstacle } from './closing.js';

/** What a lane must know of a job to load and run it. */
export type JobTerms = Pick<Extract<ToLane, { readonly kind: 'open' }>, 'spec' | 'timeoutMs' | 'transfer'>;

/** Workers in which a job has something to release. */
export interface Closings {
  /** Those that have loaded it. */
  owed: number;
  /** Those of them in which closing it has come to its end, well or not. */
  done: number;
}

/** Something that a lane loads, and that is told when it cannot be. */
export interface Loadable {
  readonly id: number;
  readonly terms: JobTerms;
  readonly broken: (error: Error) => void;
  /** Kept up to date by all lanes. */
  readonly closings?: Closings;
}

export type LoadFrame = Extract<FromLane, { readonly kind: 'opening' | 'opened' | 'refused' | 'dropped' }>;

interface Load {
  readonly subject: Loadable;
  /** Runs from `opening` to `opened`. */
  readonly alarm: Alarm;
  /** It has something to release, which `dropped` will say to have happened. */
  closes: boolean;
  closing: Closing | undefined;
}

export interface LoadsOptions {
  readonly worker: number;
  readonly startTimeoutMs: number;
  readonly graceMs: number;
  readonly thrown: ThrownDecoder;
  readonly wire: WireEnd<ToLane>;
  /** The worker has been loading a job for too long: it must be ended. */
  readonly onOverdue: (error: TimeoutError) => void;
  /** It does not come to close a job. */
  readonly onStuck: (error: TimeoutError) => void;
  /** A closing that nobody asked for by name has thrown. */
  readonly onFault: (error: unknown) => void;
}

/** The jobs that the worker of a lane knows: each is opened once, has a limited time to load, and is closed once. */
export class Loads {
  readonly #options: LoadsOptions;
  readonly #loads = new Map<number, Load>();

  constructor(options: LoadsOptions) {
    this.#options = options;
  }

  /** A job is being loaded. */
  get areUnderWay(): boolean {
    for (const { alarm } of this.#loads.values()) if (alarm.isSet) return true;
    return false;
  }

  /** Jobs that the worker would have to close. */
  get closable(): number {
    let closable = 0;
    for (const { closes } of this.#loads.values()) if (closes) closable++;
    return closable;
  }

  open(subject: Loadable): void {
    if (this.#loads.has(subject.id)) return;
    this.#loads.set(subject.id, { subject, alarm: new Alarm(), closes: false, closing: undefined });
    const { wire } = this.#options;
    try {
      wire.post({ kind: 'open', job: subject.id, ...subject.terms });
    } catch (cause) {
      const fault =
        cloneFault(subject.terms.spec, 'spec', wire.clone) ??
        new CloneError('the spec of the job cannot be cloned', 'spec', { cause });
      this.#loads.delete(subject.id);
      // Not from within the call that brought the job.
      queueMicrotask(() => subject.broken(fault));
    }
  }

  receive(frame: LoadFrame): void {
    const load = this.#loads.get(frame.job);
    const { thrown, startTimeoutMs, onFault } = this.#options;
    if (frame.kind === 'dropped') {
      const errors = frame.error === undefined ? [] : [thrown.decode(frame.error)];
      this.#loads.delete(frame.job);
      if (load?.closes && frame.closed) countIn(load.subject, 'done');
      if (load?.closing !== undefined) load.closing.settle(errors);
      else for (const error of errors) onFault(error);
      return;
    }
    if (load === undefined) return;
    load.alarm.clear();
    // Once it is dropped, the closing has its own time.
    if (frame.kind === 'opening' && load.closing === undefined) {
      load.alarm.set(startTimeoutMs, () => this.#timeOut(load));
    } else if (frame.kind === 'opened') {
      load.closes = frame.closes;
      if (frame.closes) countIn(load.subject, 'owed');
    } else if (frame.kind === 'refused') {
      this.#loads.delete(frame.job);
      const error = thrown.decode(frame.error);
      load.closing?.settle([]);
      load.subject.broken(isError(error) ? error : new Error(`a job could not be loaded: ${messageOf(error)}`, { cause: error }));
    }
  }

  /** Tells the worker to forget the job, without waiting for it. */
  forget(job: number): void {
    const load = this.#loads.get(job);
    if (load === undefined) return;
    load.alarm.clear();
    this.#loads.delete(job);
    this.#options.wire.post({ kind: 'drop', job, graceMs: this.#options.graceMs });
  }

  /** Tells the worker to close the job. Gives what that threw, when it has happened or the worker is gone. */
  async drop(job: number, obstacle: () => Obstacle): Promise<readonly unknown[]> {
    const load = this.#loads.get(job);
    if (load === undefined) return [];
    const { worker, graceMs, wire, onStuck } = this.#options;
    load.alarm.clear();
    load.closing = new Closing({ worker, graceMs, obstacle, onStuck });
    wire.post({ kind: 'drop', job, graceMs });
    return load.closing.done;
  }

  /** The worker ends: no job is loaded any more. */
  calm(): void {
    for (const load of this.#loads.values()) load.alarm.clear();
  }

  /** The worker is gone. Gives how many jobs it left unclosed. */
  clear(): number {
    const abandoned = this.closable;
    for (const load of this.#loads.values()) {
      load.alarm.clear();
      load.closing?.settle([]);
    }
    this.#loads.clear();
    return abandoned;
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

function countIn({ closings }: Loadable, what: keyof Closings): void {
  if (closings !== undefined) closings[what] += 1;
}
