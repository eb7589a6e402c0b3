// Comes with the package into every bundle; does nothing but in the lanes of one, where it stands for thread-main and process-main.
import { offerResolver, takeBundledLane } from './bundled-lane.js';
import { enterLane } from './lane-mode.js';
import { resolveLone } from './lone-task.js';
import { resolveTask } from './lookup/task-resolver.js';
import { serveLane } from './serve-lane.js';
import { serveProcess } from './serve-process.js';

offerResolver('resolveTask', resolveTask);
offerResolver('resolveLone', resolveLone);
const kind = takeBundledLane();
if (kind !== undefined) {
  // First the lane, which is none of the program that it belongs to.
  if (kind === 'thread') serveLane();
  else serveProcess();
  enterLane();
}
