import type { Reply } from '@millrace/workers';
import { Course } from './course.js';
import type { LaneWork, StageFigures } from './figures.js';
import { Histogram } from './histogram.js';

/** Times of a batch in its lane that no item has been charged with yet, in ms. */
export interface BatchTimes {
  runMs: number;
  waitMs: number;
}

/** What went between a stage and its lanes, as far as replies have told. */
export class Traffic {
  readonly #now: () => number;
  readonly #run = new Histogram();
  readonly #wait = new Histogram();
  readonly #sizes = new Course();
  readonly #byLane = new Map<number, { items: number; busyMs: number }>();
  #batches = 0;
  #items = 0;
  #largest = 0;
  #handMs = 0;
  #sent = 0;
  #received = 0;

  /** @param now time since the run began, in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A batch of so many items goes to a lane. */
  batch(items: number): BatchTimes {
    this.#sizes.record(this.#now(), items);
    this.#batches += 1;
    this.#items += items;
    this.#largest = Math.max(this.#largest, items);
    return { runMs: 0, waitMs: 0 };
  }

  /** A reply brought the outcomes of so many of its items. What was spent on an item that goes on is charged when it ends. */
  told(times: BatchTimes, { lane, busyMs, crossing, returned }: Reply, items: number): void {
    this.#items -= returned;
    times.runMs += busyMs;
    this.#book(lane, items, busyMs);
    if (crossing !== undefined) {
      times.waitMs += crossing.waitMs;
      this.#handMs += crossing.handMs;
      this.#sent += crossing.sentBytes;
      this.#received += crossing.receivedBytes;
    }
    if (items === 0) return;
    this.#run.record(times.runMs / items, items);
    // Each has waited all the time: those behind an item that pauses, too.
    this.#wait.record(times.waitMs, items);
    times.runMs = 0;
  }

  /** @param restarts of each lane */
  lanes(restarts: ReadonlyMap<number, number>): readonly LaneWork[] {
    return [...this.#byLane.entries()]
      .sort(([one], [other]) => one - other)
      .map(([worker, work]) => ({ worker, ...work, restarts: restarts.get(worker) ?? 0 }));
  }

  get figures(): StageFigures {
    if (this.#batches === 0) return {};
    const counted = this.#sent + this.#received > 0;
    return {
      run: this.#run.spread(),
      wait: this.#wait.spread(),
      handOverMs: this.#handMs,
      bytes: counted ? { sent: this.#sent, received: this.#received } : undefined,
      batches: {
        count: this.#batches,
        mean: this.#items / this.#batches,
        largest: this.#largest,
        sizes: this.#sizes.points,
      },
    };
  }

  #book(lane: number, items: number, busyMs: number): void {
    const work = this.#byLane.get(lane) ?? { items: 0, busyMs: 0 };
    work.items += items;
    work.busyMs += busyMs;
    this.#byLane.set(lane, work);
  }
}
