/**
 * Worker pools for Millrace. They know no pipeline: a pool carries batches of items to lanes and back.
 *
 * - `lanePool` makes a pool of worker threads, or of child processes; a `Job` brings it batches, a `StreamJob` a stateful body that lives in one lane.
 * - A lane loads its jobs by the resolver that the pool is given: a `ResolveLaneJob`, which gives a `LaneJob`. `Emissions` are the many
 *   outputs of one item.
 * - `importModule` imports a module into a worker, TypeScript too; `offerResolver` gives a lane its resolver where a bundler has made one
 *   file of all modules.
 * - A worker that dies is replaced; what it held comes back as lost, with a `WorkerDeathError`.
 * - `cloneFault` finds the member of a value that keeps it from crossing to a worker.
 * - Errors have one base class, `MillraceError`, and a stable `code`.
 */
import './entry/bundle-main.js';

export { offerResolver } from './entry/bundled-lane.js';
export { ImportError, importModule, type ModuleExports } from './entry/import-module.js';
export {
  Emissions,
  type LaneContext,
  type LaneJob,
  type LaneScope,
  type ResolveLaneJob,
  type StreamBody,
  type StreamLaneJob,
  type StreamOut,
  type TaskLaneJob,
} from './entry/lane-job.js';
export { CloneError, ClosedError, type Death, MillraceError, TimeoutError, WorkerDeathError } from './errors.js';
export type { Batch, Job, JobHandle, Reply, StreamFeed, StreamJob, Suspect } from './lanes/job.js';
export type { LaneEvent, LaneReport } from './lanes/lane-event.js';
export { type LanePool, type LanePoolOptions, lanePool } from './lanes/lane-pool.js';
export { cloneFault } from './wire/clone-fault.js';
export type { ResolverName } from './wire/frame.js';
export type { ErrorClass } from './wire/remote-error.js';
