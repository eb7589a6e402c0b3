import { afterAll } from '@jest/globals';
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
