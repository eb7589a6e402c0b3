import { expect, test } from '@jest/globals';
import { unpack } from '../../codec/codec.js';
import type { FromLane } from '../../wire/frame.js';
import { RunningCell } from '../../wire/running-cell.js';
import { ItemLives } from './item-life.js';
import type { LaneSide } from './lane-side.js';
import { StreamRun } from './stream-run.js';

/** A lane that keeps what is posted. */
function laneWith(posted: FromLane[]): LaneSide {
  return {
    post: (frame) => void posted.push(frame),
    clone: structuredClone,
    ...{ cell: new RunningCell(), worker: 0, lives: new ItemLives(0), timeoutMs: undefined, transfer: false },
    outlive: () => undefined,
  };
}

test('a stream that holds more outputs than a call takes arguments lets them all go at once, in their order', () => {
  const many = 500_000;
  const posted: FromLane[] = [];
  const run = new StreamRun(laneWith(posted), 1, {
    kind: 'stream',
    maxHeld: many,
    stalled: (held) => new Error(`holds ${held}`),
    open: (out) => ({
      next: () => {
        for (let n = 0; n < many; n += 1) out.next(n);
      },
      complete: () => undefined,
      close: () => undefined,
    }),
  });
  run.grant(1);
  run.feed(['go']);
  run.grant(many);
  const outputs = posted.flatMap((frame) => (frame.kind === 'flow' && frame.values !== undefined ? unpack(frame.values) : []));
  expect(outputs).toHaveLength(many);
  expect(outputs.every((n, at) => n === at)).toBe(true);
}, 20_000);
