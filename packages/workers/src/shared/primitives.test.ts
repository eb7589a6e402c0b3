import { afterAll, expect, test } from '@jest/globals';
import { workerLocal } from '@millrace/workers';
import { describeBarrier } from './barrier.contract.js';
import { describeCondition } from './condition.contract.js';
import { describeEvent } from './event.contract.js';
import { describeLock, describeRLock } from './lock.contract.js';
import { castOf, threePuppets } from './primitives.fixture.js';
import { describeSemaphore } from './semaphore.contract.js';

// One start of the threads for all that needs them.
const puppets = threePuppets();
afterAll(() => Promise.all(puppets.map((puppet) => puppet.kill())));

for (const cast of castOf(puppets)) {
  describeLock(cast);
  describeRLock(cast);
  describeCondition(cast);
  describeSemaphore(cast);
  describeEvent(cast);
  describeBarrier(cast);
}

test('a value of workerLocal is one for each thread, made when it is first asked for', async () => {
  const [a, b] = puppets;
  expect([await a.perform('countLocally'), await a.perform('countLocally')]).toEqual([1, 2]);
  expect(await b.perform('countLocally')).toBe(1);
  await b.perform('replaceLocal', 7);
  expect([await a.perform('countLocally'), await b.perform('countLocally')]).toEqual([3, 8]);
  let made = 0;
  const local = workerLocal(() => ++made);
  expect([made, local.get(), local.get(), made]).toEqual([0, 1, 1, 1]);
  local.set(5);
  expect(local.get()).toBe(5);
});
