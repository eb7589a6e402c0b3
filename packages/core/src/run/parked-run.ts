import { rx } from '../rxjs.js';
import type { RunSnapshot } from './report/run-events.js';
import type { Run } from './run.js';

/** In a lane a run is never alive: the module is loaded there for its stages only, and whoever waits for the run waits for ever. */
export function parkedRun(pipelineName: string, never: Promise<never>): Run {
  const snapshot: RunSnapshot = {
    pipeline: pipelineName,
    state: 'starting',
    elapsedMs: 0,
    read: 0,
    delivered: 0,
    live: 0,
    peak: 0,
    stages: [],
  };
  return {
    finished: never,
    get events() {
      const { Observable } = rx();
      return new Observable<never>(() => {});
    },
    snapshot: () => snapshot,
    drain: () => never,
    cancel: () => undefined,
    [Symbol.asyncDispose]: () => never,
  };
}
