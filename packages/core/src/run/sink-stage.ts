import type { SinkContext, Writer } from '../declare/sink.js';
import type { StagePlan } from '../plan/index.js';
import type { Edge } from '../queue/index.js';
import type { Activity, Meter } from './meter.js';
import { type LiveStage, noCounts, type StageHost } from './stage.js';

type WriterState = 'idle' | 'writing' | 'committing' | 'committed';

/** Writes what has come, one batch at a time, and commits after END. */
export class SinkStage implements LiveStage {
  readonly kind = 'sink';
  readonly output = undefined;
  readonly lanes = [];
  readonly name: string;
  readonly input: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #writer: Writer<unknown>;
  readonly #context: SinkContext;
  readonly #maxBatch: number;
  readonly #host: StageHost;
  #state: WriterState = 'idle';
  #call: Promise<void> = Promise.resolve();
  #batch: unknown[] = [];
  /** Source position of each item of the batch. */
  #positions: number[] = [];

  constructor(plan: StagePlan, input: Edge, writer: Writer<unknown>, context: SinkContext, host: StageHost, meter: Meter) {
    this.name = plan.name;
    this.input = input;
    this.meter = meter;
    this.#writer = writer;
    this.#context = context;
    this.#maxBatch = plan.batch!;
    this.#host = host;
  }

  get held(): number {
    return this.#batch.length;
  }

  get oldestPosition(): number | undefined {
    const [first] = this.#positions;
    return this.#batch.length > 0 && first !== undefined && first >= 0 ? first : undefined;
  }

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
    else if (this.input.finished) this.#commit();
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.#batch = [];
    this.input.clear();
  };

  #write(): void {
    const batch: unknown[] = [];
    this.#positions = [];
    while (batch.length < this.#maxBatch && this.input.length > 0) {
      batch.push(this.input.shift());
      this.#positions.push(this.input.position);
    }
    this.#batch = batch;
    this.#state = 'writing';
    this.#follow(
      () => this.#writer.write(batch, this.#context),
      () => {
        this.counts.ok += batch.length;
        this.#batch = [];
        this.#state = 'idle';
      },
    );
  }

  #commit(): void {
    this.#state = 'committing';
    this.#follow(
      () => this.#writer.commit(),
      () => {
        this.#state = 'committed';
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
