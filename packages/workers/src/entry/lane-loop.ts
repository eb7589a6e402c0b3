import { ClosedError } from '../errors.js';
import { unpack } from '../wire/codec.js';
import type { FromLane, ToLane } from '../wire/frame.js';
import { encodeThrown, ThrownDecoder } from '../wire/remote-error.js';
import type { RunningCell } from '../wire/running-cell.js';
import { BatchRun, type LaneSide } from './batch-run.js';
import type { LaneJob, ResolveLaneJob } from './lane-job.js';
import { StreamRun } from './stream-run.js';

type Post = (frame: FromLane, transfers?: readonly ArrayBuffer[]) => void;
type FrameOf<K extends ToLane['kind']> = Extract<ToLane, { readonly kind: K }>;

type LoadedJob =
  /** What came for the job meanwhile, in order. */
  | { readonly kind: 'loading'; readonly waiting: ToLane[] }
  | { readonly kind: 'task'; readonly job: Extract<LaneJob, { kind: 'task' }>; readonly runs: Set<BatchRun> }
  | { readonly kind: 'stream'; readonly run: StreamRun };

/** A worker from the inside: loads jobs, runs batches one after another in the order they came, pauses and resumes them. */
export class LaneLoop {
  readonly #lane: LaneSide;
  readonly #resolve: ResolveLaneJob;
  readonly #aborter = new AbortController();
  readonly #jobs = new Map<number, LoadedJob>();
  readonly #paused = new Map<number, BatchRun>();
  readonly #queue: BatchRun[] = [];
  /** The run that is being advanced, or that waits for a promise. */
  #current: BatchRun | undefined;
  #advancing = false;
  #onIdle: (() => void) | undefined;

  constructor(post: Post, cell: RunningCell, worker: number, resolve: ResolveLaneJob) {
    this.#lane = { post, cell, context: { signal: this.#aborter.signal, worker } };
    this.#resolve = resolve;
  }

  receive(frame: ToLane): void {
    switch (frame.kind) {
      case 'open':
        this.#open(frame);
        return;
      case 'batch':
      case 'feed':
      case 'grant':
      case 'end':
        this.#receiveFor(frame);
        return;
      case 'resume':
        this.#resume(frame.batch, frame.spare);
        return;
      case 'drop':
        this.#drop(frame.job);
        return;
      case 'close':
        void this.#close(frame);
        return;
    }
  }

  #open({ job, spec }: FrameOf<'open'>): void {
    const loading = { kind: 'loading', waiting: [] as ToLane[] } as const;
    this.#jobs.set(job, loading);
    this.#lane.post({ kind: 'opening', job });
    // A resolver that is not an async function may throw at once.
    const resolved = new Promise<LaneJob>((resolve) => resolve(this.#resolve(spec)));
    resolved
      .then((laneJob): LoadedJob => {
        if (laneJob.kind === 'task') return { kind: 'task', job: laneJob, runs: new Set() };
        return { kind: 'stream', run: new StreamRun(this.#lane, job, laneJob) };
      })
      .then(
        (loaded) => {
          // Dropped meanwhile.
          if (this.#jobs.get(job) !== loading) {
            if (loaded.kind === 'stream') loaded.run.close();
            return;
          }
          this.#jobs.set(job, loaded);
          this.#lane.post({ kind: 'opened', job });
          for (const frame of loading.waiting) this.receive(frame);
        },
        (error) => {
          this.#jobs.delete(job);
          this.#lane.post({ kind: 'refused', job, error: encodeThrown(error) });
        },
      );
  }

  #receiveFor(frame: FrameOf<'batch' | 'feed' | 'grant' | 'end'>): void {
    const loaded = this.#jobs.get(frame.job);
    // Absent: refused or dropped; the pool knows.
    if (loaded?.kind === 'loading') loaded.waiting.push(frame);
    else if (loaded?.kind === 'task' && frame.kind === 'batch') {
      const run = new BatchRun(this.#lane, loaded.job, frame, unpack(frame.values), (settled) => this.#settle(settled));
      loaded.runs.add(run);
      this.#queue.push(run);
      this.#advance();
    } else if (loaded?.kind === 'stream') {
      if (frame.kind === 'feed') loaded.run.feed(unpack(frame.values));
      else if (frame.kind === 'grant') loaded.run.grant(frame.outputs);
      else if (frame.kind === 'end') loaded.run.end();
    }
  }

  #resume(batch: number, spare: number): void {
    const run = this.#paused.get(batch);
    if (run === undefined) return;
    this.#paused.delete(batch);
    run.allow(spare);
    this.#queue.push(run);
    this.#advance();
  }

  #settle(run: BatchRun): void {
    // A cancelled run was forgotten while it waited.
    if (run !== this.#current) return;
    this.#step(run);
    this.#advance();
  }

  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    try {
      while (this.#current === undefined && this.#queue.length > 0 && !this.#lane.cell.stopped) {
        this.#current = this.#queue.shift()!;
        this.#step(this.#current);
      }
    } finally {
      this.#advancing = false;
    }
    if (this.#current === undefined) this.#onIdle?.();
  }

  #step(run: BatchRun): void {
    const step = run.advance();
    if (step === 'waiting') return;
    this.#current = undefined;
    if (step === 'paused') this.#paused.set(run.batch, run);
    else this.#forget(run);
  }

  #forget(run: BatchRun): void {
    const loaded = this.#jobs.get(run.job);
    if (loaded?.kind === 'task') loaded.runs.delete(run);
  }

  #drop(job: number): void {
    const loaded = this.#jobs.get(job);
    this.#jobs.delete(job);
    if (loaded?.kind === 'stream') loaded.run.close();
    if (loaded?.kind !== 'task') return;
    for (const run of loaded.runs) {
      void run.cancel();
      this.#paused.delete(run.batch);
    }
    // A frame is read only while the current run waits for a promise, perhaps for ever: the lane does not wait with it.
    if (this.#current?.job === job) {
      this.#current = undefined;
      this.#lane.cell.clear();
      this.#advance();
    }
  }

  async #close({ reason }: FrameOf<'close'>): Promise<void> {
    this.#aborter.abort(reason === undefined ? new ClosedError('the pool was closed') : new ThrownDecoder().decode(reason));
    this.#queue.length = 0;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    // A promise that is awaited may react to the signal; the pool waits for that no longer than its grace.
    if (this.#current === undefined) this.#onIdle?.();
    await idle;
    const jobs = [...this.#jobs.values()];
    for (const loaded of jobs) if (loaded.kind === 'stream') loaded.run.close();
    await Promise.all(jobs.flatMap((loaded) => (loaded.kind === 'task' ? [...loaded.runs].map((run) => run.cancel()) : [])));
    await Promise.all([printed(process.stdout), printed(process.stderr)]);
    this.#lane.post({ kind: 'closed' });
  }
}

/** What a worker prints is acknowledged by the main thread; what is not when the worker is terminated would be lost. */
function printed(output: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}
