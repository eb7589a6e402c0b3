// What core's lanes import of this package: for core, and for nobody else. In a compact lane it is the file that the lane itself is made of
// (compact-lane.ts), so that no other need be loaded.
export { offerResolver } from './entry/bundled-lane.js';
export { importModule } from './entry/import-module.js';
export { Emissions } from './entry/lane-job.js';
export { loadInLane, parkInLane, parkWhileLoading } from './entry/lane-mode.js';
export { CloneError, ClosedError, MillraceError, TimeoutError, WorkerDeathError } from './errors.js';
