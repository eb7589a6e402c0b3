// A program: batches and writes that would wait for days, ended in all ways. Prints how each ended, then ends by itself.
import { batch, type Flow, flow, io, pipeline, type Run, type Sink, type SinkOptions } from '@millrace/core';
import { take } from './rx-parts.fixture.js';

let unhandled = 0;
process.on('unhandledRejection', () => {
  unhandled += 1;
});

const days = 2 ** 31 - 1;
const never = new Promise<never>(() => {});
const fails = async (): Promise<never> => {
  throw new Error('refused');
};
const hangs = (): Promise<never> => never;
const pending = async function* (): AsyncGenerator<number> {
  yield* [1, 2, 3];
  await never;
};
const turned = (n: number): Promise<number> => new Promise((resolve) => setImmediate(() => resolve(n)));
const listed = (): Flow<number> => flow([1, 2, 3]);

const sinkOf = (write: () => Promise<void>): Sink<unknown> => ({
  name: 'out',
  open: async () => ({ write, commit: async () => {}, abort: async () => {} }),
});
const works = sinkOf(async () => {});

let declared = 0;
function start(from: () => Flow<unknown>, sink: Sink<unknown>, options: SinkOptions): Run {
  declared += 1;
  return pipeline(import.meta, `program-${declared}`, (_: undefined) => from().to(sink, options)).start(undefined, {
    graceMs: 20,
  });
}

const waiting: SinkOptions = { batch: { items: 100, ms: days }, timeoutMs: days, concurrency: 3 };
const retried: SinkOptions = { retry: { attempts: 3, delayMs: days, maxDelayMs: days, jitter: false } };
const batched = (): Flow<unknown> => flow(pending).pipe(batch({ ms: days }));
const runs = {
  completed: start(() => listed().pipe(io('wait', turned, { timeoutMs: days }), batch({ items: 2, ms: days })), works, waiting),
  ended: start(() => flow(pending).pipe(take(2), batch({ ms: days })), works, waiting),
  drained: start(batched, works, waiting),
  cancelled: start(batched, works, waiting),
  'cancelled between attempts': start(listed, sinkOf(fails), retried),
  'cancelled in a write that hangs': start(listed, sinkOf(hangs), { timeoutMs: days }),
  failed: start(listed, sinkOf(fails), waiting),
  'timed out': start(listed, sinkOf(hangs), { timeoutMs: 10, retry: { attempts: 2, delayMs: 1 } }),
};
const ends = Object.entries(runs).map(async ([name, { finished }]) => [
  name,
  await finished.then(
    ({ outcome }) => outcome,
    ({ code }: { code: string }) => code,
  ),
]);
const began = (run: Run): boolean => run.snapshot().state === 'ended' || (run.snapshot().stages[1]?.in ?? 0) >= 3;
while (!Object.values(runs).every((run) => run === runs.ended || began(run))) {
  await new Promise((resolve) => setImmediate(resolve));
}
void runs.drained.drain();
for (const [name, run] of Object.entries(runs)) if (name.startsWith('cancelled')) run.cancel();
console.log(JSON.stringify({ ends: Object.fromEntries(await Promise.all(ends)), unhandled }));
