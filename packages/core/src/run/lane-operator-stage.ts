import type { LanePool, StreamFeed } from '@millrace/workers';
import { type LaneSpec, loadFailure } from '../lane/index.js';
import { maxFedAhead, type StagePlan } from '../plan/index.js';
import type { Edge } from '../queue/index.js';
import { Histogram } from './histogram.js';
import type { Activity, Meter } from './meter.js';
import type { StageFigures } from './report.js';
import { type LaneWork, type LiveStage, noCounts, type StageHost } from './stage.js';

/** Outputs of an operator stage have no known ancestor. */
const noPosition = -1;

/**
 * A stage whose body is one instance of an operator chain in a lane. The lane feeds the chain only while it has credit; credit is the room
 * of the next queue, less what is on its way, so whatever arrives has a place.
 */
export class LaneOperatorStage implements LiveStage {
  readonly kind = 'cpu';
  readonly lowestPosition = (): undefined => undefined;
  readonly name: string;
  readonly input: Edge;
  readonly output: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #host: StageHost;
  readonly #feed: StreamFeed;
  readonly #pool: LanePool;
  #fedAhead = 0;
  #credit = 0;
  #busyMs = 0;
  readonly #run = new Histogram();
  #inputEnded = false;
  #completed = false;

  constructor(
    plan: StagePlan,
    edges: { input: Edge; output: Edge },
    host: StageHost,
    meter: Meter,
    pool: LanePool,
    spec: LaneSpec,
  ) {
    this.name = plan.name;
    this.input = edges.input;
    this.output = edges.output;
    this.meter = meter;
    this.#host = host;
    this.#pool = pool;
    this.#feed = pool.addStream({
      spec,
      values: (values) => this.#arrived(values),
      consumed: (count, busyMs) => this.#consumed(count, busyMs),
      completed: () => {
        this.#completed = true;
        host.wake(this);
      },
      failed: (error) => {
        if (!this.ended) host.broken(this, loadFailure(error, spec));
      },
    });
  }

  get held(): number {
    return this.#fedAhead;
  }

  get load(): number {
    return this.#fedAhead > 0 ? 1 : 0;
  }

  get activity(): Activity {
    if (this.output.full) return 'blocked';
    return this.#fedAhead > 0 ? 'busy' : 'starved';
  }

  /** A lane tells of several items together. */
  get figures(): StageFigures {
    return { run: this.#run.spread() };
  }

  get lanes(): readonly LaneWork[] {
    const worker = this.#feed.lane;
    const restarts = this.#pool.lanes.find((lane) => lane.worker === worker)?.restarts ?? 0;
    return [{ worker, items: this.counts.ok, busyMs: this.#busyMs, restarts }];
  }

  readonly step = (): boolean => {
    if (this.#completed) this.#end();
    if (this.ended) return false;
    const room = this.output.room - this.#credit;
    if (room > 0) {
      this.#credit += room;
      this.#feed.grant(room);
    }
    const items: unknown[] = [];
    while (this.input.length > 0 && this.#fedAhead < maxFedAhead) {
      items.push(this.input.shift());
      this.#fedAhead += 1;
    }
    if (items.length > 0) this.#feed.feed(items);
    if (this.input.finished && !this.#inputEnded) {
      this.#inputEnded = true;
      this.#feed.end();
    }
    return false;
  };

  readonly stop = (): void => {
    this.ended = true;
    this.#feed.close();
    this.#fedAhead = 0;
    this.input.clear();
  };

  #arrived(values: readonly unknown[]): void {
    if (this.ended) return;
    this.#credit -= values.length;
    for (const value of values) this.output.push(value, noPosition);
    this.#host.wake(this);
  }

  #consumed(count: number, busyMs: number): void {
    this.#fedAhead -= count;
    this.#busyMs += busyMs;
    this.#run.record(busyMs / count, count);
    this.counts.ok += count;
    if (!this.ended) this.#host.wake(this);
  }

  #end(): void {
    this.ended = true;
    this.#feed.close();
    this.output.end();
    this.#fedAhead = 0;
    if (!this.#inputEnded || this.input.length > 0) {
      this.input.clear();
      this.#host.satisfied(this);
    }
  }
}
