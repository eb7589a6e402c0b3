import { Barrier, Lock, SharedArray, SharedValue, spawnThread } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { resultsOf } from '../runner/results.js';
import { count } from './tasks.js';

export const example = declare(
  {
    workers: { doc: 'threads that count', default: 10, short: 2 },
    times: { doc: 'how often each of them counts', default: 100_000, short: 2_000 },
  },
  async ({ workers, times }, print) => {
    // The array is over plain shared memory; a lock of its own it does not need here.
    const unguarded = new SharedArray('int32', 1, { lock: false });
    const guarded = new SharedArray('int32', 1, { lock: false });
    const atomic = new SharedValue('int32', 0, { lock: false });
    const shared = { unguarded, guarded, lock: new Lock(), atomic, together: new Barrier(workers) };
    await resultsOf(Array.from({ length: workers }, (_, n) => spawnThread(`worker ${n + 1}`, count, { times, ...shared })));

    const all = workers * times;
    const tell = (way: string, counted: number): void => print(`${way}: ${counted} of ${all}, ${all - counted} updates lost`);
    tell('without a lock', unguarded.get(0));
    tell('with a Lock', guarded.get(0));
    tell('with SharedValue.add', atomic.value);
  },
);
