// Run by itself: nothing but its waits keeps it alive, and nothing does after them.
import { Event, Lock, SharedQueue } from '@millrace/workers';

const lock = new Lock();
await lock.acquire();
console.log(await lock.acquire({ timeoutMs: 150 }));
const event = new Event();
const waits = event.wait();
setTimeout(() => event.set(), 150).unref();
console.log(await waits);
const aborter = new AbortController();
const got = new SharedQueue({ capacity: 1 }).get({ signal: aborter.signal });
setTimeout(() => aborter.abort(new Error('enough')), 150).unref();
console.log(await got.catch((error) => error.message));
