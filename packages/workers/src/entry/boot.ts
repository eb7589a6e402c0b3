import '../shared/kinds.js';
import { hideCompactArgs } from '../wire/compact.js';
import type { FromLane, ResolverName, ToLane } from '../wire/frame.js';
import { encodeThrown } from '../wire/remote-error.js';
import type { LaneCell } from '../wire/running-cell.js';
import type { SentFrames } from '../wire/sent-frames.js';
import type { WireEnd } from '../wire/worker-port.js';
import { offeredResolver } from './bundled-lane.js';
import { openExchange } from './exchange.js';
import type { ResolveLaneJob } from './lane-job.js';
import { beLane, outsideOfProgram } from './lane-mode.js';
import type { ModuleExports } from './lookup/import-module.js';
import { LaneLoop } from './running/lane-loop.js';

/** The end of the wire that a worker holds. */
export interface LaneEnd extends WireEnd<FromLane> {
  readonly cell: LaneCell;
  /** What `post` has posted. */
  readonly sent: SentFrames;
  /** Calls for every frame, those included that came before. */
  readonly listen: (receive: (frame: ToLane) => void) => void;
}

/** Makes the worker that calls it a lane: loads the resolver, then answers the frames of the pool. */
export function boot(end: LaneEnd, lane: number, resolver: ResolverName): void {
  // Before any module is loaded: what a compact lane gives them of the packages depends on it.
  beLane();
  hideCompactArgs();
  const exchange = openExchange(end);
  // The monitor hears of the error before anybody can swallow it, and sends it with its class and causes.
  process.on('uncaughtExceptionMonitor', (error) => {
    end.post({ kind: 'crashed', error: encodeThrown(error) });
    process.exit(1);
  });
  load(resolver).then(
    (resolve) => {
      const loop = new LaneLoop(end, end.cell, lane, resolve);
      end.post({ kind: 'ready' });
      const receive = (frame: ToLane): void => {
        if (frame.kind === 'channel') exchange.receive(frame);
        else if (frame.kind === 'exit') {
          process.exitCode = frame.exitCode ?? process.exitCode;
          process.exit();
        } else if (frame.kind === 'unread') {
          const told = end.sent.of(frame.frame);
          loop.leave(told.batch);
          end.post({ kind: 'missed', told });
        } else loop.receive(frame);
      };
      end.listen((frame) => outsideOfProgram(() => receive(frame)));
    },
    (error) => end.post({ kind: 'unable', error: encodeThrown(error) }),
  );
}

async function load({ module, export: name }: ResolverName): Promise<ResolveLaneJob> {
  const offered = offeredResolver(name);
  if (offered !== undefined) return offered;
  const exports: ModuleExports = await import(module);
  const resolve = exports[name];
  if (typeof resolve === 'function') return resolve as ResolveLaneJob;
  throw new TypeError(`${module} has no function '${name}' among its exports: ${Object.keys(exports).join(', ')}`);
}
