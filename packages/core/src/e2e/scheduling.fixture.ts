import { cpu, flow, type OpenPipeline, pipeline } from '@millrace/core';
import { upTo } from './lane-kit.fixture.js';

/** What two stages did, in memory that all lanes share: tasks begun by each, and how far the first one was ahead at most. */
export type Log = Int32Array<SharedArrayBuffer>;
const A = 0;
const B = 1;
const LEAD = 2;

/** Two stages of which the first has room for everything. One item a message, so that each choice of the pool shows. */
export const upAndDown: OpenPipeline<Log, number> = pipeline(import.meta, 'up and down', (log: Log) =>
  flow(upTo(300)).pipe(
    cpu(
      'up',
      (n: number) => {
        const lead = Atomics.add(log, A, 1) + 1 - Atomics.load(log, B);
        if (lead > Atomics.load(log, LEAD)) Atomics.store(log, LEAD, lead);
        return n;
      },
      { batch: 1, window: 300, capacity: 300 },
    ),
    cpu(
      'down',
      (n: number) => {
        Atomics.add(log, B, 1);
        return n;
      },
      { batch: 1, window: 300, capacity: 300 },
    ),
  ),
);

/** Running now, and most that ever ran, of each of three stages. */
export const limited: OpenPipeline<Log, number> = pipeline(import.meta, 'limited', (gauge: Log) => {
  const busy = (stage: number) => (n: number) => {
    const running = Atomics.add(gauge, 2 * stage, 1) + 1;
    if (running > Atomics.load(gauge, 2 * stage + 1)) Atomics.store(gauge, 2 * stage + 1, running);
    const end = performance.now() + 0.5;
    while (performance.now() < end);
    Atomics.sub(gauge, 2 * stage, 1);
    return n;
  };
  return flow(upTo(300)).pipe(
    cpu('one', busy(0), { workers: 1 }),
    cpu('two', busy(1), { workers: 2 }),
    cpu('three', busy(2), { workers: 3 }),
  );
});

/** Each item of the first stage gives more than any window or queue holds; the second stage needs the same lanes. */
export const flooding: OpenPipeline<undefined, number> = pipeline(import.meta, 'flooding', (_: undefined) =>
  flow(upTo(6)).pipe(
    cpu(
      'flood',
      function* (n: number) {
        for (let i = 0; i < 1500; i += 1) yield n * 1500 + i;
      },
      { order: 'none', window: 6, capacity: 6 },
    ),
    cpu('take', (n: number) => n, { window: 2, capacity: 1 }),
    cpu('last', (n: number) => n, { window: 1, capacity: 1 }),
  ),
);
