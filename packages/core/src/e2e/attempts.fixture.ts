// Stages whose tasks fail, hang or die at first. Attempts are counted in memory that all threads share.
import { type CpuTaskOptions, cpu, flow, type OpenPipeline, pipeline, type TaskContext } from '@millrace/core';

export type Mishap = 'throw' | 'reject' | 'exit' | 'loop' | 'hang' | 'late generator';

export interface Trial {
  readonly items: number;
  /** What befalls items whose number is divisible by this. */
  readonly each: number;
  readonly mishap: Mishap;
  /** Attempt that goes well. */
  readonly good: number;
  /** One count an item. */
  readonly runs: SharedArrayBuffer;
  readonly options: Pick<CpuTaskOptions, 'timeoutMs' | 'retry' | 'order' | 'batch'>;
}

const mishaps: Record<Mishap, (context: TaskContext) => unknown> = {
  throw: ({ attempt }) => {
    throw new RangeError(`attempt ${attempt}`);
  },
  reject: ({ attempt }) => Promise.reject(Object.assign(new RangeError(`attempt ${attempt}`), { retryAfterMs: 5 })),
  exit: () => process.exit(3),
  loop: () => {
    while (true);
  },
  hang: () => new Promise(() => {}),
  'late generator': async function* () {
    yield* [];
    throw new RangeError('nothing yet');
  },
};

export const trying: OpenPipeline<Trial, unknown> = pipeline(
  import.meta,
  'trying',
  ({ items, each, mishap, good, runs, options }: Trial) =>
    flow(Array.from({ length: items }, (_, i) => i)).pipe(
      cpu(
        'try',
        (n, context): unknown => {
          Atomics.add(new Int32Array(runs), n, 1);
          return n % each === 0 && context.attempt < good ? mishaps[mishap](context) : n;
        },
        options,
      ),
    ),
);
