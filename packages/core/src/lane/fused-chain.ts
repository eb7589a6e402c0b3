import type { LaneContext, TaskLaneJob } from '@millrace/workers';
import type { TaskContext } from '../declare/context.js';
import type { AnyTask } from '../declare/declaration.js';
import { FusedFailure } from './fused-failure.js';
import { LaneTaskContext } from './lane-task-context.js';
import { isThenable, observableStall, outputMaker } from './outputs.js';
import { type Special, Visit, type VisitedChain } from './visit.js';
import { type VisitNote, VisitTally } from './visit-tally.js';

/** A stage of a fused chain. */
export interface Link {
  readonly stage: string;
  readonly task: AnyTask;
}

/**
 * The tasks of neighbouring stages as one: each output of one is the item of the next, in the same lane, without a copy. An item that
 * gives one plain output in every stage costs nothing beyond its tasks; any other is followed by a `Visit`.
 */
export class FusedChain implements TaskLaneJob, VisitedChain {
  readonly kind = 'task';
  readonly tally: VisitTally;
  readonly last: number;
  readonly #links: readonly Link[];
  #lane: LaneContext | undefined;
  #contexts: readonly TaskContext[] = [];

  /** @param running where to publish, by lane, which link runs */
  constructor(links: readonly Link[], running: Int32Array | undefined) {
    this.#links = links;
    this.last = links.length - 1;
    this.tally = new VisitTally(links.length, running);
  }

  readonly run = (item: unknown, lane: LaneContext): unknown => {
    const contexts = this.#contextsOf(lane);
    const { tally, last } = this;
    tally.begin();
    let value = item;
    for (let link = 0; link <= last; link += 1) {
      tally.enter(link);
      let special: Special | undefined;
      try {
        value = this.call(link, value, contexts);
        special = this.special(link, value);
      } catch (error) {
        tally.leavePlain(link);
        throw this.failed(link, error);
      }
      if (special !== undefined) {
        tally.leavePlain(link);
        return new Visit(this, contexts).start(link, special);
      }
    }
    tally.plain();
    return value;
  };

  readonly note = (): VisitNote => this.tally.note();

  readonly call = (link: number, item: unknown, contexts: readonly TaskContext[]): unknown =>
    this.#links[link]!.task(item, contexts[link]!);

  readonly special = (link: number, result: unknown): Special | undefined => {
    if (typeof result !== 'object' || result === null) return undefined;
    if (isThenable(result)) return { kind: 'promise', promise: result };
    return outputMaker(result, (held) => observableStall(this.#links[link]!.stage, held));
  };

  readonly failed = (link: number, cause: unknown): FusedFailure => {
    this.tally.count(link, 'failed');
    return new FusedFailure(this.#links[link]!.stage, cause);
  };

  /** Items mostly come with the same context of their lane. */
  #contextsOf(lane: LaneContext): readonly TaskContext[] {
    if (lane === this.#lane) return this.#contexts;
    this.#lane = lane;
    this.tally.lane = lane.worker;
    this.#contexts = this.#links.map(({ stage }) => new LaneTaskContext(lane, stage, undefined));
    return this.#contexts;
  }
}
