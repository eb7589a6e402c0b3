// A task stage on the event loop whose tasks, clock and next stage do as a test tells them.

import { Edge } from '../../queue/index.js';
import { ManualTimers } from '../../timers.fixture.js';
import { AheadSlots } from '../executors/ahead-slots.js';
import { LoopExecutor, type LoopOptions } from '../executors/loop-executor.js';
import { Meter } from '../measure/meter.js';
import { planOf, quiet, RecordingHost } from '../stage.fixture.js';
import { TaskStage } from '../tasks/task-stage.js';
import type { RetryPolicy } from './retry.js';

/** One attempt that runs, to be ended by hand. */
export interface Attempt<Item> {
  readonly item: Item;
  readonly number: number;
  readonly at: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface LoopStageOptions<Item> {
  readonly concurrency: number;
  readonly window: number;
  readonly order?: 'input' | 'key' | 'none';
  readonly keyOf?: (item: Item) => unknown;
  readonly concurrencyPerKey?: number;
  readonly retry?: RetryPolicy;
  readonly rate?: LoopOptions['rate'];
  readonly timers?: ManualTimers;
}

export class LoopStage<Item> {
  readonly timers: ManualTimers;
  readonly host = new RecordingHost();
  readonly input = new Edge(10_000);
  readonly output = new Edge(10_000);
  /** Attempts that run. */
  readonly running: Attempt<Item>[] = [];
  /** All that began, in order. */
  readonly begun: Attempt<Item>[] = [];
  readonly stage: TaskStage;
  #position = 0;

  constructor(options: LoopStageOptions<Item>) {
    const { concurrency, window, order, keyOf, concurrencyPerKey, retry, rate, timers = new ManualTimers() } = options;
    this.timers = timers;
    const plan = planOf('task', {
      concurrency,
      window,
      order: order ?? (keyOf === undefined ? 'input' : 'key'),
      concurrencyPerKey: keyOf && (concurrencyPerKey ?? 1),
    });
    this.stage = new TaskStage(
      { ...plan, kind: 'io' },
      { input: this.input, output: this.output },
      this.host,
      new Meter(0),
      (work) =>
        new LoopExecutor((item, { attempt }) => this.#begin(item as Item, attempt), work, {
          concurrency,
          context: { signal: new AbortController().signal, stage: 'task', worker: 0, attempt: 1, resource: undefined },
          ahead: new AheadSlots(window),
          overflow: (held) => new Error(`${held} held`),
          overdue: this.host.overdue,
          now: timers.now,
          rate,
          timers,
        }),
      { keyOf: keyOf as ((item: unknown) => unknown) | undefined, retry, timers },
    );
  }

  #begin(item: Item, number: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const over = (settle: () => void): void => {
        const at = this.running.indexOf(attempt);
        if (at >= 0) this.running.splice(at, 1);
        settle();
      };
      const attempt: Attempt<Item> = {
        item,
        number,
        at: this.timers.now(),
        resolve: (value) => over(() => resolve(value)),
        reject: (error) => over(() => reject(error)),
      };
      this.running.push(attempt);
      this.begun.push(attempt);
    });
  }

  push(...items: readonly Item[]): void {
    for (const item of items) {
      this.input.push(item, this.#position);
      this.#position += 1;
    }
    this.step();
  }

  end(): void {
    this.input.end();
    this.step();
  }

  step(): void {
    do {
      this.host.woken.length = 0;
      if (!this.stage.ended) this.stage.step();
    } while (this.host.woken.length > 0);
  }

  /** What has settled has been seen, and the stage has done what it can. */
  async settle(): Promise<void> {
    await quiet();
    if (this.host.woken.length > 0) this.step();
  }

  /** Moves the clock, step by step as far as something is due. */
  elapse(ms: number): void {
    for (let i = 0; i < ms; i += 1) {
      this.timers.elapse(1);
      if (this.host.woken.length > 0) this.step();
    }
  }

  takeAll(): Item[] {
    const items: Item[] = [];
    while (this.output.length > 0) items.push(this.output.shift() as Item);
    return items;
  }
}
