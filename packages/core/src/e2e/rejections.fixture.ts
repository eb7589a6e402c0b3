// Items that fail for good, on every executor. What is written lies in this module's copy on the main thread.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  cpu,
  type DeadLetter,
  flow,
  io,
  type OpenPipeline,
  pipeline,
  type StandardSchema,
  type TaskContext,
} from '@millrace/core';
import { memorySink, upTo } from './lane-kit.fixture.js';

export const places = ['io', 'inline', 'thread', 'process'] as const;
export type Place = (typeof places)[number];

export type Fault = 'throws' | 'rejects' | 'breaks off' | 'breaks off later' | 'hangs' | 'gives a function' | 'exits';

export interface Trial {
  readonly place: Place;
  readonly fault: Fault;
  readonly onError: 'fail' | 'skip' | 'deadLetter';
  readonly order: 'input' | 'none' | 'key';
  readonly items: number;
  /** Items that meet the fault: those that leave 3 when divided by this. */
  readonly each: number;
  readonly attempts?: number;
}

/** Of the latest run; to be emptied before each. */
export const rejects = memorySink<DeadLetter>();

export const meets = (n: number, { each }: Trial): boolean => n % each === 3;

/** What the item gives before its fault. */
export const before = (fault: Fault, n: number): number[] => (fault.startsWith('breaks off') ? [n, n] : []);

export const trying: OpenPipeline<Trial, unknown> = pipeline(import.meta, 'rejecting', (trial: Trial) => {
  const { place, fault, onError, order, items, attempts } = trial;
  const task = (n: number): unknown => (meets(n, trial) ? meet(fault, n) : n);
  const common = {
    onError,
    ...(fault === 'hangs' ? { timeoutMs: 50 } : {}),
    ...(attempts === undefined ? {} : { retry: { attempts, delayMs: 0 } }),
  };
  const source = flow(upTo(items), { deadLetters: rejects.sink });
  if (place === 'io') return source.pipe(io('work', task, { ...common, order: order === 'key' ? 'input' : order }));
  const keyed = order === 'key' ? { key: (n: number) => n % 5 } : { order };
  return source.pipe(cpu('work', task, { ...common, ...keyed, isolation: place }));
});

function meet(fault: Fault, n: number): unknown {
  switch (fault) {
    case 'throws':
      throw new RangeError(`no ${n}`);
    case 'rejects':
      return sleep(1).then(() => {
        throw new RangeError(`no ${n}`);
      });
    case 'breaks off':
      return breakingOff(n);
    case 'breaks off later':
      return breakingOffLater(n);
    case 'hangs':
      return new Promise(() => {});
    case 'gives a function':
      return () => n;
    case 'exits':
      return process.exit(3);
  }
}

function* breakingOff(n: number): Generator<number> {
  yield n;
  yield n;
  throw new RangeError(`no ${n}`);
}

async function* breakingOffLater(n: number): AsyncGenerator<number> {
  yield n;
  await sleep(1);
  yield n;
  throw new RangeError(`no ${n}`);
}

/** Item 4 cannot cross to a lane. */
export const uncloneable: OpenPipeline<undefined, number> = pipeline(import.meta, 'uncloneable', (_: undefined) =>
  flow(() => upTo(20).map((n) => (n === 4 ? { n, f: () => n } : { n })), { deadLetters: rejects.sink }).pipe(
    cpu('work', ({ n }) => n, { onError: 'deadLetter' }),
  ),
);

/** Item 7 has no key, and the key of item 8 throws. */
interface Keyless {
  readonly isolation: 'thread' | 'inline';
  /** Which items have no key. */
  readonly lack: 'two of them' | 'all';
}

export const keyless: OpenPipeline<Keyless, number> = pipeline(import.meta, 'keyless', ({ isolation, lack }: Keyless) =>
  flow(upTo(40), { deadLetters: rejects.sink }).pipe(
    cpu('work', (n: number) => n, {
      isolation,
      onError: 'deadLetter',
      key: (n): number => {
        if (n === 8 || lack === 'all') throw new RangeError('no key');
        return n === 7 ? (undefined as unknown as number) : n % 3;
      },
    }),
  ),
);

/** What comes into a stage with dead letters, after others have gone before it. */
export const values: OpenPipeline<undefined, never> = pipeline(import.meta, 'values', (_: undefined) =>
  flow(() => odd, { deadLetters: rejects.sink }).pipe(
    cpu(
      'work',
      (): never => {
        throw new Error('none is wanted');
      },
      { onError: 'deadLetter' },
    ),
  ),
);

export const odd: readonly unknown[] = [
  ...[7n, new Date(5), new Map([['a', new Set([1])]]), Uint8Array.of(1, 2), undefined, Number.NaN, -0, null],
  ...['text', { a: [1, { b: null }] }, { when: new Date(6), not: undefined }],
];

const positive: StandardSchema<unknown, { readonly total: number }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const total = Number((value as { total: unknown }).total);
      return total > 0 ? { value: { total } } : { issues: [{ message: 'must be positive', path: ['total'] }] };
    },
  },
};

export const checked: OpenPipeline<{ readonly place: Place; readonly onError: 'fail' | 'skip' }, number> = pipeline(
  import.meta,
  'checked',
  ({ place, onError }: { readonly place: Place; readonly onError: 'fail' | 'skip' }) =>
    flow([{ total: '1' }, { total: '-2' }, { total: '3' }])
      .pipe(place === 'io' ? io('check', positive, { onError }) : cpu('check', positive, { onError, isolation: place }))
      .pipe(io('total', ({ total }, _: TaskContext) => total)),
);
