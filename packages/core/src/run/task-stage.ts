import type { StagePlan } from '../plan/index.js';
import type { Edge } from '../queue/index.js';
import type { Executor, Work } from './executor.js';
import { KeyedWindow } from './keyed-window.js';
import type { Activity, Meter } from './meter.js';
import type { LaneShare } from './report.js';
import type { Counts, LiveStage, StageHost, StagePart } from './stage.js';
import { OrderedWindow, type ReleaseHost, UnorderedWindow, type Window } from './window.js';

/** A stage whose body is a task: a window of items, an executor that runs them, and a release in order. */
export class TaskStage implements LiveStage {
  readonly name: string;
  readonly kind: 'io' | 'cpu';
  readonly input: Edge;
  readonly output: Edge;
  readonly meter: Meter;
  readonly counts: Counts = { ok: 0, filtered: 0, failed: 0 };
  ended = false;
  readonly #host: StageHost;
  readonly #window: Window;
  readonly #executor: Executor;
  #stopped = false;

  constructor(
    plan: StagePlan & { kind: 'io' | 'cpu' },
    edges: { input: Edge; output: Edge },
    host: StageHost,
    meter: Meter,
    executor: (work: Work) => Executor,
    keyOf?: (item: unknown) => unknown,
  ) {
    this.name = plan.name;
    this.kind = plan.kind;
    this.input = edges.input;
    this.output = edges.output;
    this.meter = meter;
    this.#host = host;
    this.#window = windowOf(plan, keyOf);
    this.#executor = executor(this.#work());
  }

  get held(): number {
    return this.#window.admitted + this.#window.held;
  }

  get oldestPosition(): number | undefined {
    return this.#window.oldestPosition;
  }

  get load(): number {
    return this.#executor.load;
  }

  get lanes(): readonly LaneShare[] {
    return this.#executor.lanes;
  }

  get parts(): readonly StagePart[] | undefined {
    return this.#executor.parts;
  }

  get activity(): Activity {
    const full = this.output.length === this.output.capacity;
    if (full && this.#window.releasable && this.#executor.running === 0) return 'blocked';
    // With items waiting and none running, the lanes are still starting.
    return this.#executor.running > 0 ? 'busy' : 'starved';
  }

  /** Releases and admits in turns: a task that returns at once frees its slot in the same step. */
  readonly step = (): boolean => {
    let progress = true;
    while (progress && !this.#stopped && !this.ended) {
      const before = this.#window.admitted + this.input.length;
      this.#window.release(this.output, this.#releaseHost);
      this.#executor.advance();
      this.#window.release(this.output, this.#releaseHost);
      this.#endWhenDone();
      progress = this.#window.admitted + this.input.length !== before;
      if (progress && this.#host.overdue()) return true;
    }
    return false;
  };

  readonly stop = (reason: unknown): void => {
    this.#stopped = true;
    this.#executor.stop(reason);
    this.#window.clear();
    this.input.clear();
    this.ended = true;
  };

  readonly #releaseHost: ReleaseHost = {
    overdue: () => this.#host.overdue(),
    again: () => this.#host.wake(this),
    released: (outputs: number): void => {
      if (outputs > 0) this.counts.ok += 1;
      else this.counts.filtered += 1;
    },
    failed: (slot: number, error: unknown): void => this.#fail(slot, error),
  };

  #endWhenDone(): void {
    if (!this.input.finished || this.#window.admitted > 0) return;
    this.ended = true;
    this.output.end();
  }

  #fail(slot: number, error: unknown): void {
    if (this.#stopped) return;
    this.counts.failed += 1;
    this.#host.fail(this, this.#window.position(slot), error);
  }

  #admit(): number {
    if (this.#stopped || this.input.length === 0 || this.#window.admitted >= this.#window.size) return -1;
    const item = this.input.shift();
    const { position } = this.input;
    try {
      return this.#window.admit(item, position);
    } catch (error) {
      this.counts.failed += 1;
      this.#host.fail(this, position, error);
      return -1;
    }
  }

  #work(): Work {
    return {
      admit: () => this.#admit(),
      item: (slot) => this.#window.item(slot),
      keys: this.#window instanceof KeyedWindow ? { of: this.#window.key, isFirst: this.#window.isFirst } : undefined,
      value: (slot, output) => {
        if (!this.#stopped) this.#window.value(slot, output);
      },
      many: (slot, emission) => {
        if (this.#stopped) emission.cancel();
        else this.#window.many(slot, emission);
      },
      none: (slot) => {
        if (!this.#stopped) this.#window.none(slot);
      },
      failed: (slot, error) => this.#fail(slot, error),
      broken: (error) => {
        // The lanes of a stage that has ended may still die; that concerns nobody.
        if (!this.#stopped && !this.ended) this.#host.broken(this, error);
      },
      wake: () => this.#host.wake(this),
    };
  }
}

function windowOf({ order, window }: StagePlan, keyOf: ((item: unknown) => unknown) | undefined): Window {
  if (keyOf !== undefined) return new KeyedWindow(window!, keyOf);
  return order === 'none' ? new UnorderedWindow(window!) : new OrderedWindow(window!);
}
