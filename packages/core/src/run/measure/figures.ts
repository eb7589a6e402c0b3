import type { CoursePoint } from './course.js';
import type { Spread } from './histogram.js';

/** What one lane did for a stage. `busyMs` and `idleMs` add up to the life of the stage. */
export interface LaneShare {
  /** Number of the lane in its pool, from 0. */
  readonly worker: number;
  /** Items of this stage that it has run. */
  readonly items: number;
  /** Time in which it had an item of this stage, in ms. */
  readonly busyMs: number;
  /**
   * The rest of the time: there was no item for it, the stage's outputs found no room, its worker was starting, or it worked for another
   * stage. A lane is never blocked: a stage without room gives up its place in it.
   */
  readonly idleMs: number;
  /** Workers that were started in the place of dead ones. */
  readonly restarts: number;
}

/** What a lane did for a stage, whose life the lane does not know. */
export type LaneWork = Omit<LaneShare, 'idleMs'>;

/** How large the batches of a stage were, in items. */
export interface BatchSizes {
  /** Batches. */
  readonly count: number;
  /** Items of a batch on the mean. */
  readonly mean: number;
  /** Items of the largest batch. */
  readonly largest: number;
  /** The size over time, 32 points at most: each is the mean of as many batches as the others, and each batch one while they are few. */
  readonly sizes: readonly CoursePoint[];
}

/**
 * What tasks took, and what it took to bring items to them. Of stages that run in one visit to a lane, each has its part of `run`, by its
 * share of the busy time, and counts the items of the visit; all other figures stand with the first of them.
 */
export interface StageFigures {
  /**
   * Time that an item took in its task, in ms; each attempt counts. In lanes: the time of a batch, with packing its outputs, by its items,
   * so exact for batches of one. On the event loop: from the call until its promise settled, of each task while they are few and of every
   * thirteenth while they are many; without tasks that give several outputs. Absent before the first item, and where no task runs.
   */
  readonly run?: Spread | undefined;
  /**
   * Time that an item was with its lane and not worked on, in ms, there and back: from the hand-over of its batch until the reply was read,
   * less the work on that batch. Packing, both messages, the batch before it, a worker that starts, and a main thread that is late are in
   * it; the queue before the stage is not. Absent on the event loop, which takes an item only when it begins it.
   */
  readonly wait?: Spread | undefined;
  /** Time of the main thread for packing, posting and unpacking, in ms; what a port does to read a message is not seen. Absent without lanes. */
  readonly handOverMs?: number | undefined;
  /**
   * Bytes of the batches that crossed as columns, records, long strings or buffers; clones are not counted, as only the port knows their size. Absent
   * when none crossed so.
   */
  readonly bytes?:
    | {
        /** Bytes that went to lanes: inputs. */
        readonly sent: number;
        /** Bytes that came back: outputs. */
        readonly received: number;
      }
    | undefined;
  /** Of a stage in lanes the batches that went to them. Absent where none went. */
  readonly batches?: BatchSizes | undefined;
  /** Time in which a task could have begun but for the stage's `rate`, in ms; it counts as busy. Absent without `rate`. */
  readonly rateHeldMs?: number | undefined;
}
