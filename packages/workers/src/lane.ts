// What core's lanes import of this package: for core, and for nobody else. In a compact lane it is what the lane itself was started by
// (compact-lane.ts), so that no other file need be loaded.
export { offerResolver } from './entry/bundled-lane.js';
export { Emissions } from './entry/lane-job.js';
export { loadInLane, parkInLane, parkWhileLoading } from './entry/lane-mode.js';
export { importModule } from './entry/lookup/import-module.js';
export { findInLane } from './entry/lookup/task-lookup.js';
export { CloneError, ClosedError, MillraceError, TimeoutError, WorkerDeathError } from './errors.js';
export { task } from './pool/task.js';
export { onAbort } from './wire/abort.js';
