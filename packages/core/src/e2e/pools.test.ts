import { expect, test } from '@jest/globals';
import { type StageError, WorkerDeathError } from '@millrace/core';
import { eventsOf, rejection } from './kit.fixture.js';
import { killed, places } from './pools.fixture.js';

test('each stage runs in a lane of its pool, and those of one pool share its lanes', async () => {
  const plan = places.plan();
  expect(plan.pools.map(({ stages }) => stages)).toEqual([['thread', 'same thread'], ['process'], ['limited']]);
  for await (const [thread, inProcess, limited, sameThread] of places.iterate(undefined, { workers: 1 })) {
    expect([thread!.pid, thread!.main]).toEqual([process.pid, false]);
    expect([inProcess!.pid === process.pid, inProcess!.main]).toEqual([false, true]);
    expect([limited!.pid, limited!.main, limited!.limitMb]).toEqual([process.pid, false, 48]);
    expect(sameThread).toEqual(thread);
    expect(limited!.thread).not.toBe(thread!.thread);
  }
});

test('a run closes all of its pools', async () => {
  const run = places.start(undefined, { workers: 2 });
  const events = eventsOf(run);
  await run.finished;
  expect(new Set(events.flatMap((event) => (event.type === 'laneReady' ? [event.pool] : [])))).toEqual(new Set([0, 1, 2]));
});

test.each([false, true])(
  'a process that is killed is the death of a lane, and the item it ran is found; keyed: %s',
  async (keyed) => {
    const error = (await rejection(killed.run({ keyed }, { workers: 1, graceMs: 100 }))) as StageError;
    expect(error).toMatchObject({ stage: 'kill', position: 5 });
    expect(error.cause).toBeInstanceOf(WorkerDeathError);
    expect(error.cause).toMatchObject({ signal: 'SIGKILL' });
  },
);
