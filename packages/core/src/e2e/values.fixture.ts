import {
  cpu,
  flow,
  io,
  type OpenPipeline,
  operators,
  type Pipeline,
  pipeline,
  type Sink,
  type StageOperator,
} from '@millrace/core';
import { concatMap, map, of, tap } from './rx-parts.fixture.js';

const shared = { deep: [1, { two: 2 }] };

/** What is false, empty, or looks like something that means something elsewhere. All of it can be cloned. */
export const oddValues: readonly unknown[] = [
  null,
  undefined,
  0,
  -0,
  '',
  Number.NaN,
  false,
  {},
  [],
  Number.POSITIVE_INFINITY,
  10n,
  'END',
  'NONE',
  'millrace.END',
  { done: true, value: undefined },
  { done: false },
  { kind: 'end' },
  { kind: 'output', value: 1, ahead: true },
  // biome-ignore lint/suspicious/noThenProperty: a look-alike of a promise
  { then: 'soon' },
  { next: 1, [Symbol.iterator]: undefined },
  { type: 'ended' },
  [undefined, null, -0],
  { a: undefined, b: null, c: -0, d: Number.NaN },
  [[]],
  [0],
  [shared, shared],
  { items: [] },
  { error: null, more: true, counts: [0] },
  '\u{feff}bom',
  '\u{d800}',
  'a\0b',
  new Error('an error is a value'),
];

/** Many of the same shape, so that they go over the thread boundary as records. */
export const records: readonly unknown[] = Array.from({ length: 300 }, (_, i) => ({
  id: i,
  name: `n${i}`,
  none: undefined,
  nil: null,
}));

export type Way =
  | 'io task'
  | 'io promise'
  | 'io thenable'
  | 'io operators'
  | 'cpu task'
  | 'cpu promise'
  | 'cpu thenable'
  | 'cpu operators'
  | 'untagged'
  | 'generator'
  | 'Observable';

export const ways: readonly Way[] = [
  'io task',
  'io promise',
  'io thenable',
  'io operators',
  'cpu task',
  'cpu promise',
  'cpu thenable',
  'cpu operators',
  'untagged',
  'generator',
  'Observable',
];

/** As queries of some clients are: no promise, and its `then` gives none. Settles in a later turn. */
function thenable<T>(settle: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): PromiseLike<T> {
  const then = (resolve: (value: T) => void, reject: (error: unknown) => void): void => {
    setImmediate(() => settle(resolve, reject));
  };
  return { then } as unknown as PromiseLike<T>;
}

function through(way: Way): StageOperator<unknown, unknown> | ReturnType<typeof tap<unknown>> {
  switch (way) {
    case 'io task':
      return io('same', (value: unknown) => value);
    case 'io promise':
      return io('same', async (value: unknown) => value);
    case 'io thenable':
      return io('same', (value: unknown) => thenable((resolve) => resolve(value)));
    case 'io operators':
      return io('same', operators(map((value: unknown) => value)));
    case 'cpu task':
      return cpu('same', (value: unknown) => value);
    case 'cpu promise':
      return cpu('same', async (value: unknown) => value);
    case 'cpu thenable':
      return cpu('same', (value: unknown) => thenable((resolve) => resolve(value)));
    case 'cpu operators':
      return cpu('same', operators(concatMap((value: unknown) => of(value))));
    case 'untagged':
      return tap<unknown>();
    case 'generator':
      return cpu('same', function* (value: unknown) {
        yield value;
        yield value;
      });
    case 'Observable':
      return cpu('same', (value: unknown) => of(value));
  }
}

export interface ValueParams {
  readonly way: Way;
  readonly which: 'odd' | 'records';
}

const valuesOf = ({ which }: ValueParams): readonly unknown[] => (which === 'odd' ? oddValues : records);

export const values: OpenPipeline<ValueParams, unknown> = pipeline(import.meta, 'values', (params: ValueParams) =>
  flow(valuesOf(params)).pipe(through(params.way)),
);

export const written: unknown[] = [];

const collector: Sink<unknown> = {
  name: 'collector',
  open: async () => ({
    write: async (items) => {
      written.push(...items);
    },
    commit: async () => {},
    abort: async () => {},
  }),
};

export const valuesToSink: Pipeline<ValueParams> = pipeline(import.meta, 'values to a sink', (params: ValueParams) =>
  flow(valuesOf(params)).pipe(through(params.way)).to(collector),
);

export const refused: OpenPipeline<undefined, unknown> = pipeline(import.meta, 'refused', (_: undefined) =>
  flow([1]).pipe(cpu('ask', () => thenable((_resolve, reject) => reject(new RangeError('no such table'))))),
);
