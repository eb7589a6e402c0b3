import { createRequire } from 'node:module';
import type { LaneApi } from '../thread/thread-port.js';
import { withoutAdded } from '../thread/threads.js';
import type { FromLane, ResolverName, ToLane } from '../wire/frame.js';
import { encodeThrown } from '../wire/remote-error.js';
import { RunningCell } from '../wire/running-cell.js';
import { offeredResolver } from './bundled-lane.js';
import type { ModuleExports } from './import-module.js';
import type { ResolveLaneJob } from './lane-job.js';
import { LaneLoop } from './lane-loop.js';

const connect: LaneApi['connect'] = (port, cell, lane, resolver) => {
  const post = (frame: FromLane, transfers?: readonly ArrayBuffer[]): void =>
    port.postMessage(frame, transfers as ArrayBuffer[] | undefined);
  // The monitor hears of the error before anybody can swallow it, and sends it with its class and causes.
  process.on('uncaughtExceptionMonitor', (error) => {
    post({ kind: 'crashed', error: encodeThrown(error) });
    process.exit(1);
  });
  loadResolver(resolver).then(
    (resolve) => {
      const loop = new LaneLoop(post, new RunningCell(cell), lane, resolve);
      port.on('message', (frame: ToLane) => loop.receive(frame));
      port.on('messageerror', (error) => {
        throw error;
      });
      post({ kind: 'ready' });
    },
    (error) => post({ kind: 'unable', error: encodeThrown(error) }),
  );
};

async function loadResolver({ module, export: name }: ResolverName): Promise<ResolveLaneJob> {
  const offered = offeredResolver(name);
  if (offered !== undefined) return offered;
  const exports: ModuleExports = await import(module);
  const resolve = exports[name];
  if (typeof resolve === 'function') return resolve as ResolveLaneJob;
  throw new TypeError(`${module} has no function '${name}' among its exports: ${Object.keys(exports).join(', ')}`);
}

/** Makes this thread a lane: from now on it answers to the thread that started it. */
export function serveLane(): void {
  // threads.js listens for uncaught errors in the worker and swallows them: a task that waits for a callback that threw would wait
  // for ever. Without its listeners an uncaught error ends the worker, as it ends any program.
  const { expose } = withoutAdded(
    ['uncaughtException', 'unhandledRejection'],
    () => createRequire(import.meta.url)('threads/worker') as typeof import('threads/worker'),
  );
  expose({ connect });
}
