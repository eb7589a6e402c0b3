import { setTimeout as sleep } from 'node:timers/promises';
import { cpu, flow, type OpenPipeline, pipeline, type TaskContext } from '@millrace/core';
import { upTo } from './lane-kit.fixture.js';
import { EMPTY } from './rx-parts.fixture.js';

/** Where each task says that it is, from the first stage to the last. */
export const contexts: OpenPipeline<undefined, string> = pipeline(import.meta, 'contexts', (_: undefined) =>
  flow(upTo(40)).pipe(
    cpu('first', (n: number, { stage, worker, attempt }: TaskContext) => `${n}:${stage}/${worker}/${attempt}`),
    cpu('second', async (text: string, { stage }: TaskContext) => `${text}:${stage}`),
    cpu('third', (text: string, { stage, signal }: TaskContext) => `${text}:${stage}/${signal.aborted}`),
  ),
);

/** Items come and go between the stages in all ways: 0 of 5 is dropped first, 1 of 5 gives three, of which one is dropped. */
export const counted: OpenPipeline<{ readonly generator: boolean }, number> = pipeline(
  import.meta,
  'counted',
  ({ generator }: { readonly generator: boolean }) => {
    const triple = function* (n: number) {
      yield* [n, n, n + 1000];
    };
    const expand = generator ? triple : (n: number) => (n % 5 === 1 ? triple(n) : n);
    return flow(upTo(500)).pipe(
      cpu('drop', (n: number) => (n % 5 === 0 ? EMPTY : n)),
      cpu('expand', expand as (n: number) => Generator<number>),
      cpu('filter', async (n: number) => (n >= 1000 ? EMPTY : n)),
      cpu('add', (n: number) => n + 1),
    );
  },
);

export type Fault =
  | 'throws'
  | 'rejects'
  | 'exits'
  | 'exits later'
  | 'exits in the midst'
  | 'gives a function'
  | 'yields a function';

/** Item 7 meets its fault in one of three stages. */
export const faulty: OpenPipeline<{ readonly fault: Fault; readonly at: number }, unknown> = pipeline(
  import.meta,
  'faulty',
  ({ fault, at }: { readonly fault: Fault; readonly at: number }) => {
    const task =
      (place: number) =>
      (n: number): unknown =>
        place === at && n === 7 ? meet(fault) : n;
    // What passes between the stages is numbers, but for the fault.
    const typed = (place: number) => task(place) as (n: number) => number;
    return flow(upTo(200)).pipe(cpu('one', typed(1)), cpu('two', typed(2)), cpu('three', typed(3)));
  },
);

function meet(fault: Fault): unknown {
  switch (fault) {
    case 'throws':
      throw new RangeError('met');
    case 'rejects':
      return sleep(1).then(() => {
        throw new RangeError('met');
      });
    case 'exits':
      return process.exit(7);
    case 'exits later':
      return sleep(1).then(() => process.exit(7));
    case 'exits in the midst':
      return leaving();
    case 'gives a function':
      return () => undefined;
    case 'yields a function':
      return yieldingFunction();
  }
}

async function* leaving(): AsyncGenerator<number> {
  yield 1;
  yield 2;
  await sleep(50);
  process.exit(7);
}

function* yieldingFunction(): Generator<unknown> {
  yield 1;
  yield () => undefined;
}

/** Dies once while items lie in the lane: what was lost runs again, through both stages. */
export const rerunFused: OpenPipeline<{ readonly died: SharedArrayBuffer }, number> = pipeline(
  import.meta,
  'rerun fused',
  ({ died }: { readonly died: SharedArrayBuffer }) =>
    flow(upTo(400)).pipe(
      cpu('work', (n: number) => (n % 7 === 0 ? EMPTY : n)),
      cpu('more', (n: number) => {
        if (n === 50 && Atomics.exchange(new Int32Array(died), 0, 1) === 0) setImmediate(() => process.exit(3));
        return n;
      }),
    ),
);

/** The first stage emits for ever; `pulled` counts what is asked of it, and `returned` that it was told to end. */
export const endless: OpenPipeline<{ readonly seen: SharedArrayBuffer; readonly passes: boolean }, number> = pipeline(
  import.meta,
  'endless',
  ({ seen, passes }: { readonly seen: SharedArrayBuffer; readonly passes: boolean }) => {
    const counters = new Int32Array(seen);
    const emit = function* () {
      try {
        for (;;) yield Atomics.add(counters, 0, 1);
      } finally {
        Atomics.store(counters, 1, 1);
      }
    };
    return flow([0]).pipe(
      cpu('emit', () => emit()),
      cpu('pass', (n: number) => (passes ? n : EMPTY)),
    );
  },
);
