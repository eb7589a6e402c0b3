import type { LanePool, StreamFeed } from '@millrace/workers';
import type { LaneSpec, StreamNote } from '../../lane/index.js';
import { itemsIn, RingBuffer } from '../../queue/index.js';
import type { LaneWork } from '../measure/figures.js';

/** What the stage hears of one of its lanes. */
export interface LaneStreamHost {
  /** Outputs, or the end, or room for more items. */
  readonly changed: () => void;
  readonly consumed: (count: number, busyMs: number, note: StreamNote | undefined) => void;
  /** @param position of the item that was fed, -1 when it has none; undefined when none was fed */
  readonly failed: (error: unknown, position: number | undefined) => void;
}

/** The part of an operator stage that is in one lane: what was fed and not consumed, and what came back and was not taken. */
export class LaneStream {
  /** Tag: position. Empty but for a stage of several lanes, or one whose positions go through. */
  readonly outputs = new RingBuffer<unknown>();
  /** Outputs that may still come. */
  credit = 0;
  /** Outputs that came. */
  arrived = 0;
  completed = false;
  /** Most keys it knew of late; at END none is forgotten. */
  keys = 0;
  readonly #feed: StreamFeed;
  readonly #pool: LanePool;
  /** What was fed and not consumed: how many items each stands for. Tag: position. */
  readonly #fed = new RingBuffer<number>();
  readonly #itemsEach: number;
  readonly #traced: boolean;
  #fedItems = 0;
  #items: unknown[] = [];
  #tags: unknown[] = [];
  #ended = false;
  #consumed = 0;
  #busyMs = 0;

  /** @param itemsEach items in each of what is fed, where those are arrays of a `batch` */
  constructor(pool: LanePool, spec: LaneSpec, host: LaneStreamHost, itemsEach = 1) {
    this.#pool = pool;
    this.#itemsEach = itemsEach;
    this.#traced = spec.chain?.lineage === 'sync';
    this.#feed = pool.addStream({
      spec,
      values: (values, counts) => {
        this.#arrive(values, counts);
        host.changed();
      },
      // What the body of `streamJob` notes.
      consumed: (count, busyMs, note) => {
        this.#consume(count, busyMs, note as StreamNote | undefined);
        host.consumed(count, busyMs, note as StreamNote | undefined);
      },
      completed: () => {
        this.completed = true;
        host.changed();
      },
      failed: (error, feeding) => host.failed(error, feeding ? this.#fed.oldestTag : undefined),
    });
  }

  get fedAhead(): number {
    return this.#fed.length;
  }

  /** Items in memory, those in arrays one by one. */
  get held(): number {
    return this.#fedItems + this.outputs.length;
  }

  lowestPosition(low: number): number | undefined {
    const [held, fed] = [this.outputs.lowestTag(low), this.#fed.lowestTag(low)];
    return held === undefined || fed === undefined ? (held ?? fed) : Math.min(held, fed);
  }

  get work(): LaneWork {
    const worker = this.#feed.lane;
    const restarts = this.#pool.lanes.find((lane) => lane.worker === worker)?.restarts ?? 0;
    return { worker, items: this.#consumed, busyMs: this.#busyMs, restarts };
  }

  /** Notes an item to be fed by the next `send`. */
  add(item: unknown, position: number, key: unknown): void {
    this.#items.push(item);
    if (key !== undefined) this.#tags.push(key);
    const items = itemsIn(item, this.#itemsEach);
    this.#fed.push(items, position);
    this.#fedItems += items;
  }

  send(): void {
    if (this.#items.length === 0) return;
    const items = this.#items;
    const tags = this.#tags;
    this.#items = [];
    this.#tags = [];
    this.#feed.feed(items, tags.length > 0 ? tags : undefined);
  }

  /** Lets so many outputs be on their way or here. */
  allow(outputs: number): void {
    const more = outputs - this.credit - this.outputs.length;
    if (more <= 0) return;
    this.credit += more;
    this.#feed.grant(more);
  }

  end(): void {
    this.#ended = true;
    this.#feed.end();
  }

  close(): void {
    this.#feed.close();
    this.#fed.clear();
    this.#fedItems = 0;
    this.outputs.clear();
  }

  #arrive(values: readonly unknown[], counts: readonly number[] | undefined): void {
    this.credit -= values.length;
    this.arrived += values.length;
    let at = 0;
    for (const count of counts ?? []) {
      this.#fedItems -= this.#fed.shift();
      for (const until = at + count; at < until; at += 1) this.outputs.push(values[at], this.#fed.tag);
    }
    // A traced one has an item that is not consumed, or nothing is left.
    const position = (this.#traced ? this.#fed.oldestTag : undefined) ?? -1;
    for (; at < values.length; at += 1) this.outputs.push(values[at], position);
  }

  #consume(count: number, busyMs: number, note: StreamNote | undefined): void {
    if (!this.#traced) for (let i = 0; i < count; i += 1) this.#fedItems -= this.#fed.shift();
    this.#consumed += count;
    this.#busyMs += busyMs;
    if (note !== undefined) this.keys = this.#ended ? Math.max(this.keys, note.keys) : note.keys;
  }
}
