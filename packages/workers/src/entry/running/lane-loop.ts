import { unpack } from '../../codec/codec.js';
import { ClosedError } from '../../errors.js';
import { takeLeave } from '../../shared/life.js';
import { Few } from '../../wire/few.js';
import type { FromLane, ToLane } from '../../wire/frame.js';
import { ThrownDecoder } from '../../wire/remote-error.js';
import type { LaneCell } from '../../wire/running-cell.js';
import type { WireEnd } from '../../wire/worker-port.js';
import type { ResolveLaneJob } from '../lane-job.js';
import { BatchRun } from './batch-run.js';
import { LoadedJob } from './loaded-job.js';

type FrameOf<K extends ToLane['kind']> = Extract<ToLane, { readonly kind: K }>;

/** A worker from the inside: loads jobs, runs batches one after another in the order they came, pauses and resumes them. */
export class LaneLoop {
  readonly #wire: WireEnd<FromLane>;
  readonly #cell: LaneCell;
  readonly #worker: number;
  readonly #resolve: ResolveLaneJob;
  readonly #jobs = new Map<number, LoadedJob>();
  /** Of jobs that were dropped and are not closed yet. */
  readonly #endings = new Set<Promise<void>>();
  /** Batches that have begun and are not finished, or wait to begin. */
  readonly #runs = new Few<BatchRun>();
  readonly #paused = new Few<BatchRun>();
  readonly #queue: BatchRun[] = [];
  /** The run that is being advanced, that waits for a promise, or for frames to be read. */
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
    if (frame.kind === 'cancel' || frame.kind === 'drop') this.#cell.hear();
    else if (frame.kind === 'close') this.#cell.stop();
    this.#obey(frame);
  }

  #obey(frame: ToLane): void {
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
        this.#giveUp(frame);
        return;
      case 'drop':
        this.#drop(frame);
        return;
      case 'close':
        void this.#close(frame);
        return;
    }
  }

  #open(open: FrameOf<'open'>): void {
    const loaded = new LoadedJob({
      ...{ wire: this.#wire, cell: this.#cell, worker: this.#worker, open },
      load: (scope) => this.#resolve(open.spec, scope),
      onOpened: (waiting) => this.#catchUp(waiting),
      onRefused: () => this.#jobs.delete(open.job),
    });
    this.#jobs.set(open.job, loaded);
  }

  /** Nothing runs until all of it is known: some of the items may have been given up. */
  #catchUp(waiting: readonly ToLane[]): void {
    const advancing = this.#advancing;
    this.#advancing = true;
    for (const frame of waiting) this.#obey(frame);
    this.#advancing = advancing;
    this.#advance();
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
      this.#runs.add(run);
      this.#queue.push(run);
      this.#advance();
    } else if (body.kind === 'stream') {
      if (frame.kind === 'feed') body.run.feed(unpack(frame.values), frame.tags);
      else if (frame.kind === 'grant') body.run.grant(frame.outputs);
      else if (frame.kind === 'end') body.run.end();
    }
  }

  /** The pool has missed a reply of the batch, and goes on without it: one that was to be resumed is let go. */
  leave(batch: number | undefined): void {
    const run = batch === undefined ? undefined : this.#runOf(batch);
    if (run === undefined || !this.#paused.delete(run)) return;
    run.cancel();
    this.#forget(run);
  }

  #runOf(batch: number): BatchRun | undefined {
    return this.#runs.find((run) => run.batch === batch);
  }

  #resume(batch: number, spare: number): void {
    const run = this.#runOf(batch);
    if (run === undefined || !this.#paused.delete(run)) return;
    run.allow(spare);
    this.#queue.push(run);
    this.#advance();
  }

  #giveUp(frame: FrameOf<'cancel'>): void {
    const { batch, index, reason } = frame;
    const run = this.#runOf(batch);
    if (run === undefined) {
      // Its job may still be loading.
      for (const { body } of this.#jobs.values()) {
        if (body.kind === 'loading' && body.waiting.some((other) => other.kind === 'batch' && other.batch === batch)) {
          body.waiting.push(frame);
        }
      }
      return;
    }
    run.giveUp(index, new ThrownDecoder().decode(reason), run === this.#current);
    // A paused one has nothing to wait for. Further outputs beyond one an item need room that nobody has allowed.
    this.#resume(batch, 0);
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
    if (step === 'called') {
      // It may be called again at once, until the frames have been read.
      setImmediate(() => this.#turn(run));
      return;
    }
    this.#current = undefined;
    if (step === 'paused') this.#paused.add(run);
    // What was stopped is told so by the close that follows.
    else if (step === 'finished') this.#forget(run);
  }

  #forget(run: BatchRun): void {
    this.#runs.delete(run);
    const body = this.#jobs.get(run.job)?.body;
    if (body?.kind === 'task') body.runs.delete(run);
  }

  #drop({ job, graceMs }: FrameOf<'drop'>): void {
    const loaded = this.#jobs.get(job);
    if (loaded === undefined) return;
    this.#jobs.delete(job);
    loaded.abort(new ClosedError('the job was closed'));
    if (loaded.body.kind === 'task') {
      for (const run of loaded.body.runs) {
        this.#paused.delete(run);
        this.#runs.delete(run);
      }
    }
    const ending = loaded.end(graceMs);
    this.#endings.add(ending);
    void ending.then(() => this.#endings.delete(ending));
    // A frame is read only while the current run waits, perhaps for ever: the lane does not wait with it.
    if (this.#current?.job === job) {
      this.#current = undefined;
      this.#cell.clear();
      this.#advance();
    }
  }

  async #close({ reason, graceMs }: FrameOf<'close'>): Promise<void> {
    const why = reason === undefined ? new ClosedError('the pool was closed') : new ThrownDecoder().decode(reason);
    const jobs = [...this.#jobs.values()];
    for (const job of jobs) job.abort(why);
    this.#queue.length = 0;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    // A promise that is awaited may react to the signal; the pool waits for that no longer than its grace.
    if (this.#current === undefined) this.#onIdle?.();
    await idle;
    await Promise.all([...this.#endings, ...jobs.map((job) => job.end(graceMs))]);
    await Promise.all([printed(process.stdout), printed(process.stderr)]);
    // Whatever ends it from here on, it has done what it had to.
    takeLeave();
    this.#wire.post({ kind: 'closed' });
  }
}

/** What a worker prints is acknowledged by the main thread; what is not when the worker is terminated would be lost. */
function printed(output: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}
