import type { Writer } from '../../declare/sink.js';
import type { StagePlan } from '../../plan/index.js';
import type { Edge } from '../../queue/index.js';
import { systemTimers, type Timers } from '../../timers.js';
import { Attempts } from '../attempts/attempts.js';
import type { RetryPolicy } from '../attempts/retry.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts, type StageHost } from '../stage.js';
import { SinkBatches } from './sink-batches.js';
import { blamedIndex, type Part } from './sink-part.js';
import { SinkWrite, type WriteHost } from './sink-write.js';
import { type SinkBasis, WriteContext } from './write-context.js';
import { WriterCalls } from './writer-calls.js';

export interface SinkStageOptions {
  /** Absent: each write has one attempt. */
  readonly retry?: RetryPolicy | undefined;
  /** Time that a write has to settle once its time is up, in ms. Default: none. */
  readonly graceMs?: number;
  /** What writes and batches are waited for by. Default: those of the system. */
  readonly timers?: Timers;
}

/**
 * `open`: takes items. `flushing`: all has come, and the writer makes certain of it. `written`: all that came before END is written or
 * rejected, and nothing is visible yet.
 */
type State = 'open' | 'flushing' | 'written' | 'committing' | 'committed';

/**
 * Writes batches of what has come, `concurrency` at once. After END it waits for leave to commit: no sink of a run does before all have
 * written everything.
 */
export class SinkStage implements LiveStage {
  readonly kind = 'sink';
  readonly output = undefined;
  readonly lanes = [];
  readonly name: string;
  readonly input: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #host: StageHost;
  readonly #calls: WriterCalls;
  readonly #batches: SinkBatches;
  readonly #attempts: Attempts | undefined;
  /** One place for each write at once. */
  readonly #writes: (SinkWrite | undefined)[];
  readonly #writeHost: WriteHost;
  #state: State = 'open';

  constructor(
    plan: StagePlan,
    input: Edge,
    writer: Writer<unknown>,
    basis: SinkBasis,
    host: StageHost,
    meter: Meter,
    { retry, graceMs = 0, timers = systemTimers }: SinkStageOptions = {},
  ) {
    this.name = plan.name;
    this.input = input;
    this.meter = meter;
    this.#host = host;
    const wake = (): void => host.wake(this);
    const { timeoutMs, batch, batchBytes, batchMs, itemsEach, concurrency = 1, onError = 'fail' } = plan;
    this.#calls = new WriterCalls(writer, { stage: plan.name, basis, timeoutMs, graceMs, timers });
    this.#batches = new SinkBatches(input, { items: batch!, bytes: batchBytes, ms: batchMs, itemsEach }, timers, wake);
    this.#attempts = retry && new Attempts(retry, { wake, timers });
    this.#writes = new Array<SinkWrite | undefined>(concurrency).fill(undefined);
    this.#writeHost = {
      write: (part, attempt, settled) => this.#calls.write(part, attempt, settled),
      attempts: this.#attempts,
      rejects: onError !== 'fail',
      written: (items) => {
        this.counts.ok += items;
      },
      reject: (rejection) => host.reject(this, rejection),
      failed: (part, error, attempt) => this.#failed(part, error, attempt),
      wake,
    };
  }

  /** Asked after each step of the run. */
  get held(): number {
    let held = this.#batches.held;
    for (const write of this.#writes) held += write?.held ?? 0;
    return held;
  }

  readonly lowestPosition = (low: number): number | undefined => {
    const positions = [this.#batches, ...this.#open].map((part) => part.lowestPosition(low) ?? Number.POSITIVE_INFINITY);
    const lowest = Math.min(...positions);
    return Number.isFinite(lowest) ? lowest : undefined;
  };

  get load(): number {
    return this.#state === 'committing' || this.#state === 'flushing' ? 1 : this.#open.length / this.#writes.length;
  }

  get activity(): Activity {
    if (this.#state === 'committing' || this.#state === 'flushing') return 'busy';
    const open = this.#open;
    if (open.length === 0) return 'starved';
    return open.every(({ blocked }) => blocked) ? 'blocked' : 'busy';
  }

  /** Writes that were repeated. */
  get retries(): number {
    return this.#attempts?.retries ?? 0;
  }

  /** Resolves when no call of the writer is under way; never rejects. */
  get quiet(): Promise<void> {
    return this.#calls.quiet;
  }

  get written(): boolean {
    return this.#state === 'written';
  }

  get committing(): boolean {
    return this.#state === 'committing';
  }

  get committed(): boolean {
    return this.#state === 'committed';
  }

  readonly step = (): boolean => {
    if (this.#state === 'committed') this.ended = true;
    if (this.#state !== 'open' || this.ended) return false;
    this.#resume();
    this.#begin();
    if (!this.ended && this.input.finished && this.#batches.held === 0 && this.#open.length === 0) this.#finish();
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.#attempts?.stop();
    this.#calls.stop();
    this.#batches.stop();
    for (const write of this.#open) write.stop();
    this.input.clear();
  };

  /** To be called when all is `written`, once. */
  commit(): void {
    this.#state = 'committing';
    this.#calls.commit((failure) => {
      // Also when the run is over: whether there is anything left to abort depends on it.
      if (failure === undefined) this.#state = 'committed';
      if (this.ended) return;
      if (failure === undefined) this.#host.wake(this);
      else this.#host.fail(this, WriteContext.blamedBy(failure.error) ?? -1, failure.error);
    });
  }

  get #open(): readonly SinkWrite[] {
    return this.#writes.filter((write): write is SinkWrite => write !== undefined && !write.done);
  }

  /** Writes that have begun go first: the oldest items are in them. */
  #resume(): void {
    if (this.#attempts !== undefined) {
      for (let slot = this.#attempts.next(); slot >= 0; slot = this.#attempts.next()) this.#writes[slot]?.again();
    }
    for (const write of this.#open) write.advance();
  }

  #begin(): void {
    for (const [slot, write] of this.#writes.entries()) {
      if (this.ended) return;
      if (write !== undefined && !write.done) continue;
      const part = this.#attempts?.resting === true ? undefined : this.#batches.next();
      if (part === undefined) break;
      const begun = new SinkWrite(part, slot, this.#writeHost);
      this.#writes[slot] = begun;
      begun.advance();
    }
    this.#batches.wait();
  }

  #finish(): void {
    // Nothing is waited for any more, and a timer that is left would keep the program alive.
    this.#attempts?.stop();
    this.#batches.stop();
    const flushes = this.#calls.flush((failure) => {
      this.#calls.stop();
      if (this.ended) return;
      this.#state = 'written';
      if (failure === undefined) this.#host.wake(this);
      else this.#host.fail(this, WriteContext.blamedBy(failure.error) ?? -1, failure.error);
    });
    this.#state = flushes ? 'flushing' : 'written';
    if (!flushes) this.#calls.stop();
  }

  #failed({ items, positions }: Part, error: unknown, attempt: number): void {
    this.counts.failed += items.length;
    const position = WriteContext.blamedBy(error) ?? positions[blamedIndex(items.length, error)] ?? -1;
    this.#host.fail(this, position, error, attempt);
  }
}
