// A program: failing runs of many kinds, side by side, and how many rejections nobody handled.
import { setImmediate as turn } from 'node:timers/promises';
import { flow, io } from '@millrace/core';
import { type FailingKind, failing, type Uncloneable, uncloneable } from './failures.fixture.js';

let unhandled = 0;
process.on('unhandledRejection', () => {
  unhandled += 1;
});

const kinds: FailingKind[] = ['listed', 'promise', 'generator', 'operators', 'thrown undefined'];
const bad: Uncloneable[] = ['item', 'output', 'emission', 'operators in', 'operators out'];
const many = flow(Array.from({ length: 100 }, (_, i) => i));
const broken = async (): Promise<never> => {
  await turn();
  throw new Error('broken');
};
const started = failing.start('listed', { workers: 1 });
const abandoned = failing.start('listed', { workers: 0 });
abandoned.cancel('nobody listens');
const drained = failing.start('listed', { workers: 0 });
drained.drain(0).catch(() => {});
drained.finished.catch(() => {});
const uncommitted = {
  name: 'uncommitted',
  open: async () => ({ write: async () => {}, commit: broken, abort: async () => {} }),
};
const left = many.tee('beside', (f) => f.to(uncommitted))[Symbol.asyncIterator]();
await left.next();
void left.return?.();
const settled = await Promise.allSettled([
  started.finished,
  ...kinds.flatMap((kind) => [failing.run(kind, { workers: 1 }), failing.run(kind, { workers: 0 })]),
  ...bad.flatMap((kind) => [uncloneable.run(kind, { workers: 1 }), uncloneable.run(kind, { workers: 0 })]),
  many.pipe(io('broken', broken, { concurrency: 50 })).toArray(),
  many
    .pipe(
      io('broken', async function* () {
        yield await broken();
      }),
    )
    .toArray(),
]);
for (let i = 0; i < 20; i += 1) await turn();
console.log(
  JSON.stringify({ rejected: settled.filter(({ status }) => status === 'rejected').length, of: settled.length, unhandled }),
);
