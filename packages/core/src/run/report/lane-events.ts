import type { LaneEvent } from '@millrace/workers';
import type { RunEvent } from './run-events.js';

/** What a run tells of a lane; undefined for what concerns nobody outside. */
export function laneEventOf(event: LaneEvent, at: number, pool: number): RunEvent | undefined {
  const { worker } = event;
  switch (event.kind) {
    case 'ready':
      return { type: 'laneReady', at, pool, worker };
    case 'died':
      return { type: 'laneDied', at, pool, worker, error: event.death };
    case 'replaced':
      return { type: 'laneReplaced', at, pool, worker, restarts: event.restarts };
    case 'retired':
      return { type: 'laneRetired', at, pool, worker, error: event.death };
    case 'recycled':
      return { type: 'laneRecycled', at, pool, worker };
    case 'closing-failed':
      return { type: 'laneCloseFailed', at, pool, worker, error: event.error };
    case 'released':
      return undefined;
  }
}
