/**
 * Worker pools, for use by themselves and as what Millrace stands on. They know no pipeline.
 *
 * - `threadPool`, `processPool` and `loopPool` run a `task` for items: one interface, as the executors of Python have.
 * - `spawnThread` and `spawnProcess` start one worker for one task, as Python's Thread and Process; `pipe` and `processQueue` join them,
 *   `currentWorker` tells where code runs.
 * - `Lock`, `RLock`, `Condition`, `Semaphore`, `Event`, `Barrier`, `SharedValue`, `SharedArray` and `SharedQueue` are for threads that work on one
 *   state: give them to its tasks, or to a pipeline in its params.
 *
 * Below them, for packages that bring their own idea of a task:
 *
 * - `lanePool` makes a pool of worker threads, or of child processes; a `Job` brings it batches, a `StreamJob` a stateful body that lives in one lane.
 *   `Filling` tells when a batch holds enough.
 * - A lane loads its jobs by the resolver that the pool is given: a `ResolveLaneJob`, which gives a `LaneJob`. `Emissions` are the many
 *   outputs of one item.
 * - `importModule` imports a module into a worker, TypeScript too; `findInLane` and `findHere` find the function of a task there, and on the
 *   main thread; `offerResolver` gives a lane its resolver where a bundler has made one file of all modules.
 * - A worker that dies is replaced; what it held comes back as lost, with a `WorkerDeathError`.
 * - `cloneFault` finds the member of a value that keeps it from crossing to a worker; `onAbort` has one listener on a signal for any number
 *   of calls.
 * - Errors have one base class, `MillraceError`, and a stable `code`.
 *
 * @module
 */
import './entry/bundle-main.js';

export type { SignalOptions } from './ends/asking.js';
export type { Connection, PipeOptions } from './ends/pipe.js';
export { pipe } from './ends/pipe.js';
export { type ProcessQueue, type ProcessQueueOptions, processQueue } from './ends/process-queue.js';
export { offerResolver } from './entry/bundled-lane.js';
export { type CurrentWorker, currentWorker } from './entry/current-worker.js';
export {
  Emissions,
  type Emitting,
  type LaneContext,
  type LaneJob,
  type LaneScope,
  type ResolveLaneJob,
  type StreamBody,
  type StreamLaneJob,
  type StreamOut,
  type TaskLaneJob,
} from './entry/lane-job.js';
export { loadInLane, parkInLane, parkWhileLoading } from './entry/lane-mode.js';
export { ImportError, importModule, type ModuleExports } from './entry/lookup/import-module.js';
export { findHere, findInLane } from './entry/lookup/task-lookup.js';
export { type TaskContext, TaskError, type TaskFunction, type TaskName } from './entry/lookup/task-registry.js';
export {
  BlockedMainError,
  BrokenBarrierError,
  CloneError,
  ClosedError,
  type Death,
  HolderDiedError,
  MillraceError,
  NotHeldError,
  PartyDiedError,
  TimeoutError,
  WorkerDeathError,
} from './errors.js';
export { Filling } from './lanes/filling.js';
export type { Batch, Crossing, Job, JobHandle, Loss, Reply, StreamFeed, StreamJob, Suspect } from './lanes/job.js';
export type { LaneEvent, LaneReport } from './lanes/lane-event.js';
export { type LanePool, lanePool } from './lanes/lane-pool.js';
export type { LanePoolOptions, WorkerLine } from './lanes/lane-pool-options.js';
export type { PoolOptions } from './pool/options.js';
export { loopPool, processPool, threadPool } from './pool/pools.js';
export { type Task, task } from './pool/task.js';
export type { CallOptions, Items, MapOptions, Settled, TaskPool } from './pool/task-pool.js';
export { Barrier } from './shared/barrier.js';
export { Condition } from './shared/condition.js';
export { Event } from './shared/event.js';
export type { Held } from './shared/guard.js';
export { watchThread } from './shared/life.js';
export { Lock } from './shared/lock.js';
export type { ArrayOf, ElementOf, NumberType } from './shared/number-type.js';
export type { BlockingOptions, WaitOptions } from './shared/parking.js';
export { RLock } from './shared/rlock.js';
export { BoundedSemaphore, Semaphore } from './shared/semaphore.js';
export { SharedArray } from './shared/shared-array.js';
export { SharedQueue } from './shared/shared-queue.js';
export type { SharedQueueOptions } from './shared/shared-queue-options.js';
export { type SharedOptions, SharedValue } from './shared/shared-value.js';
export { type WorkerLocal, workerLocal } from './shared/worker-local.js';
export { type SpawnArguments, type SpawnOptions, spawnProcess, spawnThread } from './single/spawn.js';
export type { WorkerHandle } from './single/worker-handle.js';
export { onAbort } from './wire/abort.js';
export { cloneFault } from './wire/clone-fault.js';
export type { ResolverName } from './wire/frame.js';
export type { OutputLine } from './wire/output-lines.js';
export type { ErrorClass } from './wire/remote-error.js';
export { cloneToThread, receive, type Shared, share } from './wire/sharing.js';
