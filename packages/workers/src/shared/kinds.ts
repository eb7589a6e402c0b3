// Loaded by every lane: primitives arrive in it also when its tasks import nothing of this package.
import './barrier.js';
import './condition.js';
import './event.js';
import './lock.js';
import './rlock.js';
import './semaphore.js';
import './shared-array.js';
import './shared-queue.js';
import './shared-value.js';
