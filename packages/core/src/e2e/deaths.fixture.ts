import { isMainThread } from 'node:worker_threads';
import { cpu, flow, io, type OpenPipeline, operators, pipeline, type Sink } from '@millrace/core';
import { gate } from './lane-kit.fixture.js';
import { map } from './rx-parts.fixture.js';

export type Death = 'exit' | 'exit in operators' | 'uncaught' | 'unhandled rejection' | 'loop';

export const dying: OpenPipeline<Death, unknown> = pipeline(import.meta, 'dying', (death: Death) => {
  const numbers = flow(Array.from({ length: 20 }, (_, i) => i));
  const die = (n: number): unknown => {
    if (n !== 5) return n;
    switch (death) {
      case 'uncaught':
        return new Promise(() => {
          setImmediate(() => {
            throw new RangeError('nobody catches this');
          });
        });
      case 'unhandled rejection':
        void Promise.reject(new RangeError('nobody catches this'));
        return new Promise(() => {});
      case 'loop':
        while (true);
      default:
        return process.exit(7);
    }
  };
  return death === 'exit in operators' ? numbers.pipe(cpu('die', operators(map(die)))) : numbers.pipe(cpu('die', die));
});

/** Dies the first time item 5 is beside it in a batch, and while nothing runs: what was lost runs again. */
export const rerun: OpenPipeline<{ readonly died: SharedArrayBuffer }, number> = pipeline(
  import.meta,
  'rerun',
  ({ died }: { readonly died: SharedArrayBuffer }) =>
    flow(Array.from({ length: 200 }, (_, i) => i)).pipe(
      cpu('work', (n: number) => {
        if (n === 50 && Atomics.exchange(new Int32Array(died), 0, 1) === 0) setImmediate(() => process.exit(3));
        return n;
      }),
    ),
);

export const otherStages: OpenPipeline<undefined, number> = pipeline(import.meta, 'other stages', (_: undefined) => {
  const double = (n: number): number => n * 2;
  return isMainThread
    ? flow([1]).pipe(io('read', double), cpu('main only', double))
    : flow([1]).pipe(io('read', double), cpu('worker only', double));
});

/** Nobody calls it in a worker. */
export function declareLate(name: string): OpenPipeline<undefined, number> {
  return pipeline(import.meta, name, (_: undefined) => flow([1]).pipe(cpu('late', (n: number) => n)));
}

/** Opened when the death of `dyingLate` has been told. */
export const told = gate();

/** Begins to commit, and ends that when the lane has died. */
const slowToCommit = (committing: Int32Array): Sink<number> => ({
  name: 'slow',
  open: async () => ({
    write: async () => {},
    commit: () => {
      Atomics.store(committing, 0, 1);
      return told.passed;
    },
    abort: async () => {},
  }),
});

/** Its lane dies when all items are through, while the sink commits. */
export const dyingLate = pipeline(import.meta, 'dying-late', ({ committing }: { readonly committing: SharedArrayBuffer }) => {
  const begun = new Int32Array(committing);
  return flow([1])
    .pipe(
      cpu('through', (n: number) => {
        setInterval(() => Atomics.load(begun, 0) === 1 && process.exit(3), 1);
        return n;
      }),
    )
    .to(slowToCommit(begun));
});
