import { lifeOf } from '../shared/life.js';
import type { LaneApi } from '../thread/thread-port.js';
import { withoutAdded, withoutEval } from '../thread/threads.js';
import { loadWorkerHalf } from '../thread/worker-half.js';
import { RunningCell } from '../wire/running-cell.js';
import { cloneToThread, postShared, received } from '../wire/sharing.js';
import { boot } from './boot.js';
import { beWorker } from './current-worker.js';

const connect: LaneApi['connect'] = (port, cell, notes, lane, resolver, identity) => {
  // Before any primitive is made here.
  lifeOf(notes);
  beWorker('thread', identity);
  boot(
    {
      post: (frame, transfers) =>
        postShared((message) => port.postMessage(message, transfers as ArrayBuffer[] | undefined), frame),
      clone: cloneToThread,
      cell: new RunningCell(cell),
      listen: (receive) => {
        port.on('message', (message) => receive(received(message)));
        port.on('messageerror', (error) => {
          throw error;
        });
      },
    },
    lane,
    resolver,
  );
};

/** Makes this thread a lane: from now on it answers to the thread that started it. */
export function serveLane(): void {
  // threads.js listens for uncaught errors in the worker and swallows them: a task that waits for a callback that threw would wait
  // for ever. Without its listeners an uncaught error ends the worker, as it ends any program.
  withoutAdded(['uncaughtException', 'unhandledRejection'], () => withoutEval(() => loadWorkerHalf().expose({ connect })));
}
