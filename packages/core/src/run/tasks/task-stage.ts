import { countsIn, type ResourceCounts, type ResourceTally } from '../../lane/index.js';
import type { StagePlan } from '../../plan/index.js';
import { type Edge, itemsIn } from '../../queue/index.js';
import { systemTimers, type Timers } from '../../timers.js';
import { Attempts } from '../attempts/attempts.js';
import { KeyedTurns } from '../attempts/keyed-turns.js';
import type { RetryPolicy } from '../attempts/retry.js';
import type { Executor, Work } from '../executor.js';
import type { LaneWork, StageFigures } from '../measure/figures.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts, type StageHost, type StagePart } from '../stage.js';
import { FailedItems } from './failed-items.js';
import { KeyedWindow } from './keyed-window.js';
import { OrderedWindow } from './ordered-window.js';
import { UnorderedWindow } from './unordered-window.js';
import type { ReleaseHost, Window } from './window.js';

export interface TaskStageOptions {
  /** Absent: each item has one attempt. */
  readonly retry?: RetryPolicy | undefined;
  /** Where its resources are counted; absent when it has none, or they cannot be counted. */
  readonly resources?: ResourceTally | undefined;
  /** Gives the key of an item; absent for a stage without `key`. */
  readonly keyOf?: ((item: unknown) => unknown) | undefined;
  /** What attempts are waited for by. Default: those of the system. */
  readonly timers?: Timers;
}

/**
 * A stage whose body is a task: a window of items, an executor that runs them, and a release in order. An item that is tried again keeps
 * its place in the window, and takes none of the executor's while it waits.
 */
export class TaskStage implements LiveStage {
  readonly name: string;
  readonly kind: 'io' | 'cpu';
  readonly input: Edge;
  readonly output: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #host: StageHost;
  readonly #window: Window;
  readonly #itemsEach: number;
  readonly #executor: Executor;
  readonly #tally: ResourceTally | undefined;
  /** Undefined when no item is tried again. */
  readonly #attempts: Attempts | undefined;
  readonly #failures: FailedItems;
  /** Of a stage with `key` whose items lie in no lanes, which see to their order themselves. */
  readonly #turns: KeyedTurns | undefined;
  /** Whether its resources are given back: its end waits for that, so that what it throws is heard before the sink commits. */
  #closing: 'not yet' | 'under way' | 'done' = 'not yet';
  #stopped = false;
  /** The last release was cut short by the end of its slice. */
  #cutShort = false;

  constructor(
    plan: StagePlan & { kind: 'io' | 'cpu' },
    edges: { input: Edge; output: Edge },
    host: StageHost,
    meter: Meter,
    executor: (work: Work) => Executor,
    { retry, resources, keyOf, timers = systemTimers }: TaskStageOptions,
  ) {
    this.name = plan.name;
    this.kind = plan.kind;
    this.input = edges.input;
    this.output = edges.output;
    this.meter = meter;
    this.#host = host;
    this.#window = windowOf(plan, keyOf);
    this.#itemsEach = plan.itemsEach ?? 1;
    this.#tally = resources;
    this.#turns = turnsOf(plan, this.#window);
    this.#attempts = retry && new Attempts(retry, { wake: () => host.wake(this), timers });
    this.#failures = new FailedItems((rejection) => host.reject(this, rejection), this.#gone);
    this.#executor = executor(this.#work());
  }

  get held(): number {
    const { outside } = this.#failures;
    return this.#window.admitted + this.#window.held + (outside === undefined ? 0 : itemsIn(outside.item, this.#itemsEach));
  }

  readonly lowestPosition = (low: number): number | undefined => {
    const inside = this.#window.lowestPosition(low);
    const outside = this.#failures.outside?.position ?? -1;
    return outside < low || (inside !== undefined && inside < outside) ? inside : outside;
  };

  get load(): number {
    return this.#executor.load;
  }

  get lanes(): readonly LaneWork[] {
    return this.#executor.lanes;
  }

  get figures(): StageFigures {
    return this.#executor.figures;
  }

  get parts(): readonly StagePart[] | undefined {
    return this.#executor.parts;
  }

  get retries(): number {
    return this.#attempts?.retries ?? 0;
  }

  get resources(): ResourceCounts | undefined {
    return this.#tally === undefined ? this.#executor.resources : countsIn(this.#tally);
  }

  get activity(): Activity {
    // An executor may be in use without running anything: its rate may hold items back.
    const busy = this.#executor.load > 0 || (this.#attempts !== undefined && this.#attempts.waiting > 0);
    if (this.output.full && this.#window.releasable && !busy) return 'blocked';
    if (this.#failures.waiting > 0 && !busy) return 'blocked';
    // With items waiting and none running, the lanes are still starting.
    return busy ? 'busy' : 'starved';
  }

  /** Releases and admits in turns: a task that returns at once frees its slot in the same step. */
  readonly step = (): boolean => {
    if (this.#failures.waiting > 0) this.#failures.retry();
    if (this.#cutShort && !this.#stopped) {
      // An expansion that is slow to compute would else take each slice, and keep free places from the items that wait.
      this.#cutShort = false;
      this.#executor.advance();
    }
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
    this.#attempts?.stop();
    this.#failures.clear();
    this.#executor.stop(reason);
    this.#window.clear();
    this.#turns?.clear();
    this.input.clear();
    this.ended = true;
  };

  /** Resolves when the resources of a stage that was stopped are given back, with what that threw. */
  async released(): Promise<readonly unknown[]> {
    // What a stage that ended by itself has heard, it has told.
    return this.#closing === 'done' ? [] : ((await this.#executor.close?.()) ?? []);
  }

  readonly #releaseHost: ReleaseHost = {
    overdue: () => this.#host.overdue(),
    again: () => {
      this.#cutShort = true;
      this.#host.wake(this);
    },
    released: (outputs: number): void => {
      if (outputs > 0) this.counts.ok += 1;
      else this.counts.filtered += 1;
    },
    failed: (slot, error, outputs) => {
      // What it gave has gone on: another attempt would give it twice.
      if (outputs > 0) this.#rejected(slot, error);
      else this.#failed(slot, error);
    },
  };

  #endWhenDone(): void {
    if (!this.input.finished || this.#window.admitted > 0 || this.#failures.waiting > 0 || this.#closing === 'under way') return;
    if (this.#closing === 'not yet' && this.#executor.close !== undefined) {
      this.#closing = 'under way';
      void this.#executor.close().then((errors) => this.#closed(errors));
      return;
    }
    this.ended = true;
    // Its last items may have asked for a rest, and a timer that is left would keep the program alive.
    this.#attempts?.stop();
    this.output.end();
  }

  #closed(errors: readonly unknown[]): void {
    if (this.#stopped) return;
    this.#closing = 'done';
    if (errors.length === 0) this.#host.wake(this);
    else this.#host.broken(this, errors.length === 1 ? errors[0] : new AggregateError(errors, 'several teardowns failed'));
  }

  /** An attempt has failed, and nothing of it has gone on. */
  #failed(slot: number, error: unknown): void {
    if (this.#stopped) return;
    const verdict = this.#attempts?.failed(slot, error) ?? { kind: 'failed', error };
    // Its next attempt may be due at once, and the step that found the failure may be past its admissions.
    if (verdict.kind === 'again') this.#host.wake(this);
    else this.#rejected(slot, verdict.error);
  }

  /** The item has failed for good. */
  #rejected(slot: number, error: unknown): void {
    if (this.#stopped) return;
    const item = this.#window.item(slot);
    const attempts = this.#attempts?.attempt(slot) ?? 1;
    this.#failures.failed(slot, { item, position: this.#window.position(slot), error, attempts });
  }

  readonly #gone = (slot: number): void => {
    // One item too many may have ended the run.
    if (this.#stopped) return;
    this.#window.gone(slot);
    // It may stand in the midst of a release, which does not come back to it.
    this.#host.wake(this);
  };

  readonly #admitItem = (): number => {
    while (!this.#stopped && this.input.length > 0 && this.#window.admitted < this.#window.size) {
      // It came first, and room for its dead letter is all that it waits for.
      if (this.#failures.outside !== undefined) return -1;
      const item = this.input.shift();
      const { position } = this.input;
      try {
        const slot = this.#window.admit(item, position);
        if (!this.#stopped) return slot;
        // Its key function has ended the run.
        this.#window.clear();
      } catch (error) {
        // Its key function has ended the run, and gave no key: nobody takes its letter any more.
        if (this.#stopped) return -1;
        this.#failures.failedOutside({ item, position, error, attempts: 1 });
        // Lanes take items between steps: where it was the last one, nothing else would tell that the stage is at its end.
        this.#host.wake(this);
      }
    }
    return -1;
  };

  #admit(): number {
    return this.#turns === undefined || this.#stopped ? this.#admitItem() : this.#turns.next(this.#admitItem);
  }

  /** What is tried again goes first: it holds its place in the window for the longest time. */
  #admitAgain(attempts: Attempts): number {
    if (this.#stopped || attempts.resting) return -1;
    const again = attempts.next();
    if (again >= 0) return again;
    const slot = this.#admit();
    if (slot >= 0) attempts.begin(slot);
    return slot;
  }

  #work(): Work {
    const attempts = this.#attempts;
    return {
      admit: attempts === undefined ? () => this.#admit() : () => this.#admitAgain(attempts),
      waiting: () => Math.min(this.input.length, this.#window.size - this.#window.admitted) + (attempts?.due ?? 0),
      retries: attempts,
      item: (slot) => this.#window.item(slot),
      age: this.#window instanceof OrderedWindow ? this.#window.age : undefined,
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
      failed: (slot, error) => this.#failed(slot, error),
      broken: (error) => {
        // The lanes of a stage that has ended may still die; that concerns nobody.
        if (!this.#stopped && !this.ended) this.#host.broken(this, error);
      },
      wake: () => this.#host.wake(this),
    };
  }
}

function turnsOf({ concurrencyPerKey }: StagePlan, window: Window): KeyedTurns | undefined {
  if (concurrencyPerKey === undefined || !(window instanceof KeyedWindow)) return undefined;
  const turns = new KeyedTurns(window.key, concurrencyPerKey);
  // See `Topology.add`: no function literal is assigned to a property.
  const over = (slot: number): void => turns.over(slot);
  window.onOver = over;
  return turns;
}

function windowOf({ order, window, onError, itemsEach }: StagePlan, keyOf: ((item: unknown) => unknown) | undefined): Window {
  const keepsInputs = onError === 'deadLetter';
  if (keyOf !== undefined) return new KeyedWindow(window!, keyOf, keepsInputs, itemsEach);
  const Ordered = order === 'none' ? UnorderedWindow : OrderedWindow;
  return new Ordered(window!, keepsInputs, itemsEach);
}
