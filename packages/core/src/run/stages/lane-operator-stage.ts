import { type LanePool, WorkerDeathError } from '@millrace/workers';
import { checkedKey, type Key } from '../../declare/key.js';
import { TooManyKeysError } from '../../errors.js';
import { isInstance } from '../../is-instance.js';
import { type LaneSpec, loadFailure, type StreamNote } from '../../lane/index.js';
import { maxLaneOutputs, type StagePlan } from '../../plan/index.js';
import type { Edge } from '../../queue/index.js';
import { laneOf } from '../executors/keyed-lanes.js';
import type { LaneWork, StageFigures } from '../measure/figures.js';
import { Histogram } from '../measure/histogram.js';
import type { Activity, Meter } from '../measure/meter.js';
import { type LiveStage, noCounts, type StageHost } from '../stage.js';
import { LaneStream } from './lane-stream.js';

/**
 * A stage whose body is a chain of operators in a lane, or chains for each key in several. A lane feeds its chains only while it has
 * credit, so whatever arrives has a place: of a single lane it is the room of the next queue; of several each has places of its own, or
 * one that has nothing to give would keep the others from giving.
 */
export class LaneOperatorStage implements LiveStage {
  readonly kind = 'cpu';
  readonly name: string;
  readonly input: Edge;
  readonly output: Edge;
  readonly meter: Meter;
  readonly counts = noCounts();
  ended = false;
  readonly #host: StageHost;
  readonly #plan: StagePlan;
  readonly #keyOf: ((item: unknown) => unknown) | undefined;
  readonly #streams: readonly LaneStream[];
  readonly #run = new Histogram();
  #inputEnded = false;
  /** Items that went to lanes, and those that owe no output though none came. */
  #fed = 0;
  #settled = 0;
  /** Whose outputs are taken first. */
  #turn = 0;

  constructor(
    plan: StagePlan,
    edges: { input: Edge; output: Edge },
    host: StageHost,
    meter: Meter,
    pool: LanePool,
    spec: LaneSpec,
    keyOf: ((item: unknown) => unknown) | undefined,
  ) {
    this.name = plan.name;
    this.input = edges.input;
    this.output = edges.output;
    this.meter = meter;
    this.#host = host;
    this.#plan = plan;
    this.#keyOf = keyOf;
    const changed = (): void => {
      if (!this.ended) host.wake(this);
    };
    const consumed = (count: number, busyMs: number, note: StreamNote | undefined): void => this.#consumed(count, busyMs, note);
    const failed = (error: unknown, position: number | undefined): void => this.#failed(loadFailure(error, spec), position);
    this.#streams = Array.from(
      { length: plan.workers! },
      () => new LaneStream(pool, spec, { changed, consumed, failed }, plan.itemsEach),
    );
  }

  get held(): number {
    return this.#streams.reduce((sum, { held }) => sum + held, 0);
  }

  readonly lowestPosition = (low: number): number | undefined => {
    const lowest = Math.min(...this.#streams.map((stream) => stream.lowestPosition(low) ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(lowest) ? lowest : undefined;
  };

  get load(): number {
    return this.#streams.filter(({ fedAhead }) => fedAhead > 0).length / this.#streams.length;
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
    return this.#streams.map(({ work }) => work);
  }

  readonly step = (): boolean => {
    if (this.ended) return false;
    this.#take();
    if (this.#streams.every(({ completed, outputs }) => completed && outputs.length === 0)) {
      this.#end();
      return false;
    }
    this.#grant();
    const again = this.#feed();
    if (this.ended) return false;
    for (const stream of this.#streams) stream.send();
    if (!this.ended && this.input.finished && !this.#inputEnded) {
      this.#inputEnded = true;
      for (const stream of this.#streams) stream.end();
    }
    return again;
  };

  readonly stop = (): void => {
    this.ended = true;
    for (const stream of this.#streams) stream.close();
    this.input.clear();
  };

  get #fedAhead(): number {
    return this.#streams.reduce((sum, { fedAhead }) => sum + fedAhead, 0);
  }

  /** Inputs less outputs. */
  get #pending(): number {
    return this.#fed - this.#settled - this.#streams.reduce((sum, { arrived }) => sum + arrived, 0);
  }

  /** What came from the lanes goes on; each lane's outputs go first in turn, and in their order. */
  #take(): void {
    const count = this.#streams.length;
    for (let i = 0; i < count; i += 1) {
      const { outputs } = this.#streams[(this.#turn + i) % count]!;
      while (outputs.length > 0 && this.output.room > 0) {
        const output = outputs.shift();
        this.output.push(output, outputs.tag);
      }
    }
    this.#turn = (this.#turn + 1) % count;
  }

  #grant(): void {
    const [only, ...others] = this.#streams;
    // Room that is seen registers for more.
    if (others.length === 0) only!.allow(this.output.room);
    else for (const stream of this.#streams) stream.allow(maxLaneOutputs);
  }

  /** True when it could go on at once. */
  #feed(): boolean {
    const { maxPending = Number.POSITIVE_INFINITY } = this.#plan.chain!;
    let room = Math.min(this.#plan.fedAhead! - this.#fedAhead, maxPending - this.#pending);
    while (this.input.length > 0 && room > 0) {
      const item = this.input.shift();
      const { position } = this.input;
      const key = this.#keyed(item, position);
      // Without one the run has failed; a key function may also have ended it otherwise.
      if (this.ended || (this.#keyOf !== undefined && key === undefined)) return false;
      const lane = key === undefined ? 0 : laneOf(key, this.#streams.length);
      this.#streams[lane]!.add(item, position, key);
      this.#fed += 1;
      room -= 1;
      if (this.#keyOf !== undefined && this.#host.overdue()) return true;
    }
    return false;
  }

  /** Undefined without keys, and for what has none: then the run has failed. */
  #keyed(item: unknown, position: number): Key | undefined {
    if (this.#keyOf === undefined) return undefined;
    try {
      return checkedKey(this.#keyOf(item));
    } catch (error) {
      this.#failed(error, position);
      return undefined;
    }
  }

  #consumed(count: number, busyMs: number, note: StreamNote | undefined): void {
    if (count > 0) this.#run.record(busyMs / count, count);
    const dropped = note?.dropped ?? 0;
    this.counts.ok += count - dropped;
    this.counts.filtered += dropped;
    this.#settled += note?.settled ?? 0;
    if (this.ended) return;
    this.#checkKeys();
    this.#host.wake(this);
  }

  /** A lane knows of its own keys only. */
  #checkKeys(): void {
    const { maxKeys = Number.POSITIVE_INFINITY } = this.#plan.chain!;
    const keys = this.#streams.reduce((sum, stream) => sum + stream.keys, 0);
    if (keys > maxKeys) this.#failed(new TooManyKeysError(this.name, maxKeys), undefined);
  }

  #failed(error: unknown, position: number | undefined): void {
    if (this.ended) return;
    if (position !== undefined) {
      this.counts.failed += 1;
      this.#host.fail(this, position, error);
    } else this.#host.broken(this, isInstance(error, WorkerDeathError) ? this.#lost(error) : error);
  }

  #lost(death: WorkerDeathError): WorkerDeathError {
    const message = `what the operators of stage "${this.name}" kept is lost with their worker, so the stage cannot go on; its death: ${death.message}`;
    return new WorkerDeathError(message, death, { cause: death.cause });
  }

  #end(): void {
    this.ended = true;
    for (const stream of this.#streams) stream.close();
    this.output.end();
    if (!this.#inputEnded || this.input.length > 0) {
      this.input.clear();
      this.#host.satisfied(this);
    }
  }
}
