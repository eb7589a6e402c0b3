// All that a lane is started by, with what core's lanes import. The build makes two files of it (scripts/compact.mjs).
export { resolveLone } from './entry/lone-task.js';
export { resolveTask } from './entry/lookup/task-resolver.js';
export { serveLane } from './entry/serve-lane.js';
export { serveProcess } from './entry/serve-process.js';
export * from './lane.js';
