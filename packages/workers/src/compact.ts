// All of this package and all that its lanes are started by, as one module: the build makes one file of it (scripts/compact-lanes.mjs).
export { resolveLone } from './entry/lone-task.js';
export { serveLane } from './entry/serve-lane.js';
export { serveProcess } from './entry/serve-process.js';
export { resolveTask } from './entry/task-resolver.js';
export * from './index.js';
