import type { Writer } from '../declare/sink.js';
import type { StagePlan } from '../plan/index.js';
import type { Edge } from '../queue/index.js';
import type { Activity, Meter } from './meter.js';
import type { Counts, LiveStage, StageHost } from './stage.js';
import { type SinkBasis, WriteContext } from './write-context.js';

type WriterState = 'idle' | 'writing' | 'written' | 'committing' | 'committed';

/** Writes what has come, one batch at a time; after END it waits for leave to commit, as no sink of a run does before all have written. */
export class SinkStage implements LiveStage {
  readonly kind = 'sink';
  readonly output = undefined;
  readonly lanes = [];
  readonly name: string;
  readonly input: Edge;
  readonly meter: Meter;
  readonly counts: Counts = { ok: 0, filtered: 0, failed: 0 };
  ended = false;
  readonly #writer: Writer<unknown>;
  readonly #basis: SinkBasis;
  readonly #maxBatch: number;
  readonly #host: StageHost;
  #state: WriterState = 'idle';
  #call: Promise<void> = Promise.resolve();
  #batch: unknown[] = [];
  /** Source position of each item of the batch. */
  #positions: number[] = [];

  constructor(plan: StagePlan, input: Edge, writer: Writer<unknown>, basis: SinkBasis, host: StageHost, meter: Meter) {
    this.name = plan.name;
    this.input = input;
    this.meter = meter;
    this.#writer = writer;
    this.#basis = basis;
    this.#maxBatch = plan.batch!;
    this.#host = host;
  }

  get held(): number {
    return this.#batch.length;
  }

  readonly lowestPosition = (low: number): number | undefined => {
    if (this.#batch.length === 0) return undefined;
    return this.#positions.reduce<number | undefined>(
      (lowest, at) => (at >= low && (lowest === undefined || at < lowest) ? at : lowest),
      undefined,
    );
  };

  get load(): number {
    return this.#state === 'writing' || this.#state === 'committing' ? 1 : 0;
  }

  get activity(): Activity {
    return this.load > 0 ? 'busy' : 'starved';
  }

  /** Resolves when no call of the writer is under way; never rejects. */
  get quiet(): Promise<void> {
    return this.#call;
  }

  /** All is written and nothing visible yet. */
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
    if (this.#state !== 'idle') return false;
    if (this.input.length > 0) this.#write();
    else if (this.input.finished) this.#state = 'written';
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.#batch = [];
    this.input.clear();
  };

  /** To be called when it has `written`, once. */
  commit(): void {
    this.#state = 'committing';
    this.#follow(
      () => this.#writer.commit(),
      () => {
        this.#state = 'committed';
      },
    );
  }

  #write(): void {
    const batch: unknown[] = [];
    this.#positions = [];
    while (batch.length < this.#maxBatch && this.input.length > 0) {
      batch.push(this.input.shift());
      this.#positions.push(this.input.position);
    }
    this.#batch = batch;
    this.#state = 'writing';
    const context = new WriteContext(this.#basis, this.#positions);
    this.#follow(
      () => this.#writer.write(batch, context),
      () => {
        this.counts.ok += batch.length;
        this.#batch = [];
        this.#state = 'idle';
      },
    );
  }

  #follow(call: () => Promise<void>, then: () => void): void {
    // A writer is user code: it may throw at once or return no promise.
    let called: Promise<void>;
    try {
      called = Promise.resolve(call());
    } catch (error) {
      called = Promise.reject(error);
    }
    this.#call = called.then(
      () => {
        // Also when the run is over: whether there is anything left to abort depends on it.
        then();
        if (!this.ended) this.#host.wake(this);
      },
      (error: unknown) => {
        if (this.ended) return;
        this.counts.failed += this.#batch.length;
        this.#host.fail(this, this.#blamed(error), error);
      },
    );
  }

  /** Position of the item that a write failed for: the only one, or that which the error names by its `index` in the batch. */
  #blamed(error: unknown): number {
    if (this.#batch.length === 1) return this.#positions[0]!;
    try {
      const { index } = Object(error) as { index?: unknown };
      return typeof index === 'number' ? (this.#positions[index] ?? -1) : -1;
    } catch {
      // The error is the user's, and so are its getters.
      return -1;
    }
  }
}
