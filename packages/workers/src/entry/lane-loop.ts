import { setMaxListeners } from 'node:events';
import { ClosedError } from '../errors.js';
import { unpack } from '../wire/codec.js';
import type { FromLane, ToLane } from '../wire/frame.js';
import { encodeThrown, ThrownDecoder } from '../wire/remote-error.js';
import type { LaneCell } from '../wire/running-cell.js';
import type { WireEnd } from '../wire/worker-port.js';
import { BatchRun } from './batch-run.js';
import type { LaneJob, ResolveLaneJob } from './lane-job.js';
import type { LaneSide } from './lane-side.js';
import { StreamRun } from './stream-run.js';

type FrameOf<K extends ToLane['kind']> = Extract<ToLane, { readonly kind: K }>;

interface LoadedJob {
  readonly side: LaneSide;
  /** Of `side.context.signal`: a job that is dropped ends what waits in it. */
  readonly aborter: AbortController;
  body: Body;
}

type Body =
  /** What came for the job meanwhile, in order. */
  | { readonly kind: 'loading'; readonly waiting: ToLane[] }
  | { readonly kind: 'task'; readonly job: Extract<LaneJob, { kind: 'task' }>; readonly runs: Set<BatchRun> }
  | { readonly kind: 'stream'; readonly run: StreamRun };

/** A worker from the inside: loads jobs, runs batches one after another in the order they came, pauses and resumes them. */
export class LaneLoop {
  readonly #wire: WireEnd<FromLane>;
  readonly #cell: LaneCell;
  readonly #worker: number;
  readonly #resolve: ResolveLaneJob;
  readonly #jobs = new Map<number, LoadedJob>();
  readonly #paused = new Map<number, BatchRun>();
  readonly #queue: BatchRun[] = [];
  /** The run that is being advanced, or that waits for a promise. */
  #current: BatchRun | undefined;
  #advancing = false;
  #onIdle: (() => void) | undefined;

  constructor(wire: WireEnd<FromLane>, cell: LaneCell, worker: number, resolve: ResolveLaneJob) {
    this.#wire = wire;
    this.#cell = cell;
    this.#worker = worker;
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
      case 'cancel':
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
    const waiting: ToLane[] = [];
    const loaded: LoadedJob = { ...this.#sided(), body: { kind: 'loading', waiting } };
    this.#jobs.set(job, loaded);
    this.#wire.post({ kind: 'opening', job });
    // A resolver that is not an async function may throw at once.
    const resolved = new Promise<LaneJob>((resolve) => resolve(this.#resolve(spec)));
    resolved
      .then((laneJob): Body | undefined => {
        // Dropped meanwhile.
        if (this.#jobs.get(job) !== loaded) return undefined;
        if (laneJob.kind === 'task') return { kind: 'task', job: laneJob, runs: new Set() };
        return { kind: 'stream', run: new StreamRun(loaded.side, job, laneJob) };
      })
      .then(
        (body) => {
          if (body === undefined) return;
          loaded.body = body;
          this.#wire.post({ kind: 'opened', job });
          for (const frame of waiting) this.receive(frame);
        },
        (error) => {
          if (this.#jobs.get(job) === loaded) this.#jobs.delete(job);
          this.#wire.post({ kind: 'refused', job, error: encodeThrown(error) });
        },
      );
  }

  #sided(): Pick<LoadedJob, 'side' | 'aborter'> {
    const aborter = new AbortController();
    // Each item may add its listeners: the default limit of ten would warn of a leak that is none.
    setMaxListeners(0, aborter.signal);
    const context = { signal: aborter.signal, attempt: 1, worker: this.#worker };
    const { post, clone } = this.#wire;
    return { side: { post, clone, cell: this.#cell, context }, aborter };
  }

  #receiveFor(frame: FrameOf<'batch' | 'feed' | 'grant' | 'end'>): void {
    const loaded = this.#jobs.get(frame.job);
    // Refused or dropped; the pool knows.
    if (loaded === undefined) return;
    const { body, side } = loaded;
    if (body.kind === 'loading') body.waiting.push(frame);
    else if (body.kind === 'task' && frame.kind === 'batch') {
      const run = new BatchRun(side, body.job, frame, unpack(frame.values), (waiting) => this.#turn(waiting));
      body.runs.add(run);
      this.#queue.push(run);
      this.#advance();
    } else if (body.kind === 'stream') {
      if (frame.kind === 'feed') body.run.feed(unpack(frame.values));
      else if (frame.kind === 'grant') body.run.grant(frame.outputs);
      else if (frame.kind === 'end') body.run.end();
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

  #turn(run: BatchRun): void {
    // Cancelled, paused, or resumed and not yet at its turn.
    if (run !== this.#current) return;
    this.#step(run);
    this.#advance();
  }

  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    try {
      while (this.#current === undefined && this.#queue.length > 0 && !this.#cell.stopped) {
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
    // What was stopped is told so by the close that follows.
    else if (step === 'finished') this.#forget(run);
  }

  #forget(run: BatchRun): void {
    const body = this.#jobs.get(run.job)?.body;
    if (body?.kind === 'task') body.runs.delete(run);
  }

  #drop(job: number): void {
    const loaded = this.#jobs.get(job);
    if (loaded === undefined) return;
    this.#jobs.delete(job);
    const { body, aborter } = loaded;
    if (body.kind === 'stream') body.run.close();
    if (body.kind === 'task') {
      for (const run of body.runs) {
        void run.cancel();
        this.#paused.delete(run.batch);
      }
    }
    aborter.abort(new ClosedError('the job was closed'));
    // A frame is read only while the current run waits for a promise, perhaps for ever: the lane does not wait with it.
    if (this.#current?.job === job) {
      this.#current = undefined;
      this.#cell.clear();
      this.#advance();
    }
  }

  async #close({ reason }: FrameOf<'close'>): Promise<void> {
    const why = reason === undefined ? new ClosedError('the pool was closed') : new ThrownDecoder().decode(reason);
    const jobs = [...this.#jobs.values()];
    for (const { aborter } of jobs) aborter.abort(why);
    this.#queue.length = 0;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    // A promise that is awaited may react to the signal; the pool waits for that no longer than its grace.
    if (this.#current === undefined) this.#onIdle?.();
    await idle;
    for (const { body } of jobs) if (body.kind === 'stream') body.run.close();
    await Promise.all(jobs.flatMap(({ body }) => (body.kind === 'task' ? [...body.runs].map((run) => run.cancel()) : [])));
    await Promise.all([printed(process.stdout), printed(process.stderr)]);
    this.#wire.post({ kind: 'closed' });
  }
}

/** What a worker prints is acknowledged by the main thread; what is not when the worker is terminated would be lost. */
function printed(output: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}
