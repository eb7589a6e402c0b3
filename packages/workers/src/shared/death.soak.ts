import { afterAll, describe, expect, test } from '@jest/globals';
import { Barrier, Lock, SharedArray, SharedQueue, SharedValue } from '@millrace/workers';
import { Puppet, until } from './puppets.fixture.js';

const VICTIMS = 40;
const witness = new Puppet();
/** When the latest victim was gone, and the longest time from there until somebody was told, in ms. */
let [goneAt, slowest] = [0, 0];
afterAll(async () => {
  await witness.kill();
  process.stdout.write(`whoever waited was told of a death after ${Math.ceil(slowest)} ms at most\n`);
});

async function end(victim: Puppet): Promise<void> {
  await victim.kill();
  goneAt = performance.now();
}

/** Codes of what was told, `given` for what was not an error. */
const told = (waits: Promise<unknown>): Promise<string> =>
  waits.then(
    () => 'given',
    (error: { code: string }) => {
      slowest = Math.max(slowest, performance.now() - goneAt);
      return error.code;
    },
  );

describe('a thread that is killed at any instant', () => {
  test('of a lock leaves it free, or is told to all that wait, and it can be recovered', async () => {
    for (let i = 0; i < VICTIMS; i++) {
      const lock = new Lock();
      const sum = new SharedArray('int32', 1);
      const victim = new Puppet();
      void victim.perform('addOnes', lock, sum, 2 ** 30);
      await until(() => sum.get(0) > i);
      const waits = [told(witness.perform('addOnes', lock, sum, 2000)), told(lock.run(() => 1))];
      await end(victim);
      for (const how of await Promise.all(waits)) expect(['given', 'ERR_HOLDER_DIED']).toContain(how);
      const recovered = lock.recover();
      if (recovered) lock.release();
      expect(await told(lock.run(() => 1))).toBe('given');
    }
  });

  test('of a queue is told to all that wait there', async () => {
    for (let i = 0; i < VICTIMS; i++) {
      const queue = new SharedQueue<unknown>({ capacity: 2 });
      const begun = new SharedValue('int32');
      const victim = new Puppet();
      void victim.perform('churn', queue, begun);
      await until(() => begun.value > i);
      await end(victim);
      // One item may lie there.
      const waits = [witness.act(queue, 'get'), queue.get(), queue.get()].map(told);
      const hows = await Promise.all(waits);
      expect(hows.filter((how) => how === 'given').length).toBeLessThanOrEqual(1);
      for (const how of hows) expect(['given', 'ERR_PARTY_DIED', 'ERR_HOLDER_DIED']).toContain(how);
    }
  });

  test('of a barrier breaks it, or was not in it', async () => {
    let deaths = 0;
    for (let i = 0; i < VICTIMS; i++) {
      const barrier = new Barrier(2);
      const sums = new SharedArray('int32', 2 ** 16, { lock: false });
      const victim = new Puppet();
      void victim.perform('rounds', barrier, sums, 2 ** 16);
      const other = witness.perform('rounds', barrier, sums, 2 ** 16).catch((error: unknown) => error as Error);
      await until(() => sums.get(i) > 0);
      await end(victim);
      // Between two rounds it is in no barrier, and nobody is told.
      const abort = setTimeout(() => barrier.abort(), 5000);
      const error = await other;
      clearTimeout(abort);
      expect(error).toMatchObject({ code: 'ERR_BROKEN_BARRIER' });
      if ((error as Error).cause === undefined) continue;
      deaths += 1;
      slowest = Math.max(slowest, performance.now() - goneAt);
    }
    expect(deaths).toBeGreaterThan(0);
  });
});
