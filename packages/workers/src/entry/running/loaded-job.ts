import { TimeoutError } from '../../errors.js';
import { Few } from '../../wire/few.js';
import type { FromLane, ToLane } from '../../wire/frame.js';
import { encodeThrown } from '../../wire/remote-error.js';
import { settlesWithin } from '../../wire/settles-within.js';
import type { WireEnd } from '../../wire/worker-port.js';
import type { LaneJob, LaneScope, TaskLaneJob } from '../lane-job.js';
import type { BatchRun } from './batch-run.js';
import { ItemLives } from './item-life.js';
import type { LaneSide } from './lane-side.js';
import { StreamRun } from './stream-run.js';

export type Body =
  /** What came for the job meanwhile, in order. */
  | { readonly kind: 'loading'; readonly waiting: ToLane[] }
  | { readonly kind: 'task'; readonly job: TaskLaneJob; readonly runs: Few<BatchRun> }
  | { readonly kind: 'stream'; readonly run: StreamRun }
  /** It could not be loaded: there is nothing to close. */
  | { readonly kind: 'refused' };

/** How the closing of a job went. */
interface JobClosing {
  /** It has come to its end, well or not. */
  readonly closed: boolean;
  /** What it threw, or that it took too long. */
  readonly fault?: { readonly error: unknown };
}

export interface LoadedJobOptions extends Pick<LaneSide, 'cell' | 'worker'> {
  readonly wire: WireEnd<FromLane>;
  readonly open: Extract<ToLane, { readonly kind: 'open' }>;
  /** Begins to load it; may throw. */
  readonly load: (scope: LaneScope) => Promise<LaneJob>;
  /** It is loaded; what came for it meanwhile. Not after its end. */
  readonly onOpened: (waiting: readonly ToLane[]) => void;
  readonly onRefused: () => void;
}

/** A job in its lane: from the frame that opens it until it has been closed, once. */
export class LoadedJob {
  readonly id: number;
  readonly side: LaneSide;
  readonly #loading: Promise<void>;
  /** What items that were given up have left running. */
  readonly #stragglers = new Set<Promise<void>>();
  /** Of what the job acquires while it is loaded; items have signals of their own. */
  readonly #aborter = new AbortController();
  #body: Body = { kind: 'loading', waiting: [] };
  #ending: Promise<void> | undefined;

  constructor({ wire, cell, worker, open, load, onOpened, onRefused }: LoadedJobOptions) {
    this.id = open.job;
    const lives = new ItemLives(worker);
    const outlive: LaneSide['outlive'] = (straggler) => this.#outlive(straggler);
    const { post, clone } = wire;
    this.side = { post, clone, cell, worker, lives, timeoutMs: open.timeoutMs, transfer: open.transfer, outlive };
    this.side.post({ kind: 'opening', job: this.id });
    this.#loading = new Promise<LaneJob>((resolve) => resolve(load({ signal: this.#aborter.signal, worker })))
      .then(oneTurnLater)
      .then((laneJob) => this.#bodyOf(laneJob))
      .then(
        (body) => this.#opened(body, onOpened),
        (error) => {
          this.#body = { kind: 'refused' };
          this.side.post({ kind: 'refused', job: this.id, error: encodeThrown(error) });
          onRefused();
        },
      );
  }

  get body(): Body {
    return this.#body;
  }

  /** Aborts the signals of what runs of it. */
  abort(reason: unknown): void {
    this.#aborter.abort(reason);
    this.side.lives.abort(reason);
  }

  /**
   * Runs nothing of it any more; closes it when what still runs has settled, after `graceMs` at the latest; answers `dropped`. Resolves
   * then, at most `graceMs` later; a second call gives the same promise.
   */
  end(graceMs: number): Promise<void> {
    if (this.#body.kind === 'stream') this.#body.run.close();
    if (this.#body.kind === 'task') for (const run of this.#body.runs) run.cancel();
    this.#ending ??= this.#end(graceMs);
    return this.#ending;
  }

  #bodyOf(laneJob: LaneJob): Body | undefined {
    if (laneJob.kind === 'task') return { kind: 'task', job: laneJob, runs: new Few() };
    // Dropped meanwhile: it is not even begun.
    return this.#ending === undefined ? { kind: 'stream', run: new StreamRun(this.side, this.id, laneJob) } : undefined;
  }

  #opened(body: Body | undefined, onOpened: LoadedJobOptions['onOpened']): void {
    const waiting = this.#body.kind === 'loading' ? this.#body.waiting : [];
    if (body !== undefined) this.#body = body;
    const closes = body?.kind === 'task' && body.job.close !== undefined;
    // Dropped meanwhile: what is to be closed is told all the same.
    if (closes || this.#ending === undefined) this.side.post({ kind: 'opened', job: this.id, closes });
    if (this.#ending === undefined) onOpened(waiting);
  }

  #outlive(straggler: PromiseLike<unknown>): void {
    const over = (): void => {
      this.#stragglers.delete(settled);
      if (this.#stragglers.size === 0) this.side.post({ kind: 'stragglers', job: this.id, some: false });
    };
    const settled: Promise<void> = Promise.resolve(straggler).then(over, over);
    if (this.#stragglers.size === 0) this.side.post({ kind: 'stragglers', job: this.id, some: true });
    this.#stragglers.add(settled);
  }

  async #end(graceMs: number): Promise<void> {
    if (await settlesWithin(this.#loading, graceMs)) {
      await settlesWithin(Promise.all(this.#stragglers), graceMs);
      this.#answer(await this.#close(graceMs));
      return;
    }
    // There is nothing to release; what it acquires, should it ever be loaded, is released all the same.
    this.#answer({ closed: false });
    void this.#loading
      .then(() => this.#close(graceMs))
      .then((end) => {
        if (end.fault !== undefined) this.#answer(end);
      });
  }

  #answer({ closed, fault }: JobClosing): void {
    this.side.post({ kind: 'dropped', job: this.id, error: fault && encodeThrown(fault.error), closed });
  }

  async #close(graceMs: number): Promise<JobClosing> {
    if (this.#body.kind !== 'task') return { closed: true };
    try {
      if (await settlesWithin(this.#body.job.close?.(), graceMs)) return { closed: true };
      const error = new TimeoutError(`the job took longer than ${graceMs} ms to close in lane ${this.side.worker}`);
      return { closed: false, fault: { error } };
    } catch (error) {
      return { closed: true, fault: { error } };
    }
  }
}

/** What came while the job was loaded is read before any of its items runs: some of them may have been given up. */
function oneTurnLater<T>(value: T): Promise<T> {
  return new Promise((resolve) => setImmediate(resolve, value));
}
