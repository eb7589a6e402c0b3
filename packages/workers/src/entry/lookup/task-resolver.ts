import type { ResolveLaneJob } from '../lane-job.js';
import { TaskLane, type TaskSpec } from './task-lane.js';
import { findInLane } from './task-lookup.js';

let lane: TaskLane | undefined;

/** The resolver of the task pools: a worker is one lane. */
export const resolveTask: ResolveLaneJob = (spec, { worker }) => {
  lane ??= new TaskLane(worker, findInLane);
  return lane.resolve(spec as TaskSpec);
};
