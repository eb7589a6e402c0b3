import type { StageFailure } from '../../errors.js';
import type { RunReport, StageReport } from './report.js';

/** When something happened in a run. */
export interface EventTime {
  /** In ms since the run began. */
  readonly at: number;
}

/** In which lane something happened. */
export interface EventLane extends EventTime {
  /** Its pool, by the place in `Plan.pools`, from 0. */
  readonly pool: number;
  /** Number of the lane in its pool, from 0; a worker that takes the place of another has the same. */
  readonly worker: number;
}

/**
 * What happens in a run, in order; `type` tells the events apart. `ended` is the last of every run, also of one that never began to work.
 *
 * @example
 * ```ts
 * import { flow, io, pipeline } from '@millrace/core';
 *
 * export const orders = pipeline(import.meta, 'orders', () =>
 *   flow(['1', 'x']).pipe(io('parse', (text) => BigInt(text), { onError: 'skip' })),
 * );
 *
 * const run = orders.start();
 * run.events.subscribe((event) => {
 *   if (event.type === 'itemRejected') console.log(`${event.stage}: item ${event.position} was ${event.how}`);
 * });
 * await run.finished;
 * ```
 */
export type RunEvent =
  | (EventTime & {
      /** All is open, and the stages begin to work. */
      readonly type: 'started';
    })
  | (EventLane & {
      /** The worker of a lane is ready for items. */
      readonly type: 'laneReady';
    })
  | (EventLane & {
      /** The worker of a lane died. What it held runs again elsewhere, or fails. */
      readonly type: 'laneDied';
      /** A `WorkerDeathError` with what is known of it. */
      readonly error: Error;
    })
  | (EventLane & {
      /** Another worker takes the place of one that died. */
      readonly type: 'laneReplaced';
      /** How often that has happened in this lane. */
      readonly restarts: number;
    })
  | (EventLane & {
      /** A lane died more often than `maxRestarts` allows; the others go on without it. */
      readonly type: 'laneRetired';
      /** Its last death, a `WorkerDeathError`. */
      readonly error: Error;
    })
  | (EventLane & {
      /** Another worker takes the place of one that had run its `maxTasksPerWorker`. */
      readonly type: 'laneRecycled';
    })
  | (EventLane & {
      /** Resources of the lane could not be given back well when its worker ended. */
      readonly type: 'laneCloseFailed';
      /** What was thrown. */
      readonly error: unknown;
    })
  | (EventLane & {
      /** A worker printed a line; told with the run option `output: 'events'` alone. */
      readonly type: 'output';
      /** Names of the stages of its pool: one of them printed it. */
      readonly stages: readonly string[];
      /** Where it was printed. */
      readonly stream: 'stdout' | 'stderr';
      /** Without its line break. */
      readonly text: string;
    })
  | (EventTime &
      StageFailure & {
        /** An item has failed for good and is gone, and the run goes on. */
        readonly type: 'itemRejected';
        /** What became of it, by `onError` of its stage. */
        readonly how: 'skipped' | 'deadLettered';
        /** What its last attempt failed with. */
        readonly error: unknown;
      })
  | (EventTime & {
      /** A stage stands in the wrong place, or does there what it should not; told once for each stage. */
      readonly type: 'warning';
      /** Name of the stage. */
      readonly stage: string;
      /** A sentence for people: what, by how much, and what to do. */
      readonly text: string;
    })
  | (EventTime & {
      /** A stage has given all that it will ever give. */
      readonly type: 'stageEnded';
      /** Name of the stage. */
      readonly stage: string;
    })
  | (EventTime & {
      /** No more is read: `drain` was called. */
      readonly type: 'draining';
    })
  | (EventTime & {
      /** Something that the run held could not be released well; the outcome stands. */
      readonly type: 'releaseFailed';
      /** Name of the stage that held it. */
      readonly stage: string;
      /** What was thrown, or a `TimeoutError`. */
      readonly error: unknown;
    })
  | (EventTime & {
      /** The run is over and all is released. */
      readonly type: 'ended';
      /** What `finished` resolves with, or what the error has that it rejects with. */
      readonly report: RunReport;
    });

/** How a run stands at one moment. */
export interface RunSnapshot {
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** `starting`: it opens its ends. `ending`: the outcome is certain, and all that it holds is being released. */
  readonly state: 'starting' | 'running' | 'draining' | 'ending' | 'ended';
  /** Since the run began, in ms; stands still once it has ended. */
  readonly elapsedMs: number;
  /** Items read from the sources so far. */
  readonly read: number;
  /** Items that the sinks have taken so far, and a reader. */
  readonly delivered: number;
  /** Items in memory now, dead letters that are not written yet among them. */
  readonly live: number;
  /** Most items that were in memory at once. */
  readonly peak: number;
  /** As in the report; items on their way have no outcome yet. */
  readonly stages: readonly (StageReport & {
    /** Items that wait before the stage now. */
    readonly waiting: number;
  })[];
}
