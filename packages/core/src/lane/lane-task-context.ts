import type { LaneContext } from '@millrace/workers';
import type { TaskContext } from '../declare/context.js';

/** The context of a task in a lane. The signal of an item is made when it is first asked for: the lane's is not read before. */
export class LaneTaskContext implements TaskContext {
  readonly stage: string;
  readonly resource: unknown;
  readonly attempt: number;
  readonly worker: number;
  readonly #lane: LaneContext;

  constructor(lane: LaneContext, stage: string, resource: unknown) {
    this.#lane = lane;
    this.stage = stage;
    this.resource = resource;
    this.attempt = lane.attempt;
    this.worker = lane.worker;
  }

  get signal(): AbortSignal {
    return this.#lane.signal;
  }
}
