// All that a lane is started by, with what core's lanes import. The build makes two files of it (scripts/compact-lanes.mjs).
export { resolveLone } from './entry/lone-task.js';
export { serveLane } from './entry/serve-lane.js';
export { serveProcess } from './entry/serve-process.js';
export { resolveTask } from './entry/task-resolver.js';
export * from './lane.js';
