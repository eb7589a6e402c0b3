import { expect, test } from '@jest/globals';
import { type LaneEvent, WorkerDeathError } from '@millrace/workers';
import { laneEventOf } from './lane-events.js';

const death = new WorkerDeathError('gone', { exitCode: 1 });

test.each<[LaneEvent, object | undefined]>([
  [{ kind: 'ready', worker: 2 }, { type: 'laneReady' }],
  [
    { kind: 'died', worker: 2, death },
    { type: 'laneDied', error: death },
  ],
  [
    { kind: 'replaced', worker: 2, restarts: 3 },
    { type: 'laneReplaced', restarts: 3 },
  ],
  [
    { kind: 'retired', worker: 2, death },
    { type: 'laneRetired', error: death },
  ],
  [{ kind: 'recycled', worker: 2 }, { type: 'laneRecycled' }],
  [
    { kind: 'closing-failed', worker: 2, error: 'why' },
    { type: 'laneCloseFailed', error: 'why' },
  ],
  [{ kind: 'released', worker: 2 }, undefined],
])('of a lane a run tells: $kind', (event, told) => {
  expect(laneEventOf(event, 5, 1)).toEqual(told && { at: 5, pool: 1, worker: 2, ...told });
});
