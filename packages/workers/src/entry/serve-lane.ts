import { lifeOf } from '../shared/life.js';
import type { LaneApi } from '../thread/thread-port.js';
import { withoutAdded, withoutEval } from '../thread/threads.js';
import { loadWorkerHalf } from '../thread/worker-half.js';
import type { FromLane } from '../wire/frame.js';
import { encodeThrown } from '../wire/remote-error.js';
import { RunningCell } from '../wire/running-cell.js';
import { SentFrames } from '../wire/sent-frames.js';
import { cloneToThread, postShared, received } from '../wire/sharing.js';
import type { WireEnd } from '../wire/worker-port.js';
import { boot } from './boot.js';
import { beWorker } from './current-worker.js';

const connect: LaneApi['connect'] = (port, cell, notes, lane, resolver, identity) => {
  // Before any primitive is made here.
  lifeOf(notes);
  beWorker('thread', identity);
  const sent = new SentFrames();
  const post: WireEnd<FromLane>['post'] = (frame, transfers) => {
    postShared((message) => port.postMessage(message, transfers as ArrayBuffer[] | undefined), frame);
    sent.note(frame);
  };
  let came = 0;
  boot(
    {
      ...{ post, sent },
      clone: cloneToThread,
      cell: new RunningCell(cell),
      listen: (receive) => {
        port.on('message', (message) => {
          came += 1;
          receive(received(message));
        });
        port.on('messageerror', (error) => {
          came += 1;
          post({ kind: 'unread', frame: came, error: encodeThrown(error) });
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
