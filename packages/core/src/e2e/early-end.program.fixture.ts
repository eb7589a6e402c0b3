// A program: an endless source behind threads and io, ended by take(10). Prints what it saw, then ends by itself.
import { isMainThread } from 'node:worker_threads';
import { cpu, explain, flow, io, pipeline } from '@millrace/core';
import { take } from './rx-parts.fixture.js';

let pulled = 0;
let returned = 0;
const signals = (): number => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
const before = signals();
if (isMainThread) console.log('begun');

const numbers = pipeline(import.meta, 'numbers', (_: undefined) =>
  flow(async function* () {
    try {
      for (let i = 0; ; i += 1) {
        pulled += 1;
        yield i;
      }
    } finally {
      returned += 1;
    }
  }).pipe(
    cpu('double', (n: number) => n * 2, { capacity: 16, window: 32 }),
    io('pass', async (n: number) => n, { capacity: 16 }),
    take(10),
  ),
);

console.log('top level');
const plan = numbers.plan(undefined, { cores: 2 });
const bound = Number(/bound: (\d+)/.exec(explain(plan))?.[1]);
const report = await numbers.run(undefined, { workers: 2 });
const items: number[] = [];
for await (const item of numbers.iterate(undefined, { workers: 2 })) items.push(item);
console.log(
  JSON.stringify({
    items,
    outcome: report.outcome,
    delivered: report.delivered,
    pulled,
    returned,
    bound,
    listeners: signals() - before,
  }),
);
