import { batch, cpu, flow, io, type OpenPipeline, operators, pipeline, type StageOperator } from '@millrace/core';
import { upTo } from './lane-kit.fixture.js';
import { concatMap, take } from './rx-parts.fixture.js';

export type Around = 'io' | 'cpu' | 'cpu operators' | 'inline';

export interface BatchSpec {
  readonly items: number;
  readonly size: number;
  readonly capacity: number;
  readonly before: Around;
  readonly after: Around;
}

/** Numbers, put together and taken apart by stages of any kind. */
export const batched: OpenPipeline<BatchSpec, number> = pipeline(import.meta, 'batched', (spec: BatchSpec) => {
  const { items, size, capacity } = spec;
  return flow(upTo(items)).pipe(passing(spec), batch({ items: size, capacity }), takingApart(spec));
});

function passing({ before, capacity }: BatchSpec): StageOperator<number, number> {
  const pass = (n: number): number => n;
  switch (before) {
    case 'io':
      return io('before', async (n: number) => n, { capacity });
    case 'cpu':
      return cpu('before', pass, { capacity });
    case 'cpu operators':
      return cpu('before', operators(concatMap((n: number) => [n])), { capacity });
    case 'inline':
      return io('before', operators(concatMap((n: number) => [n])), { capacity });
  }
}

function takingApart({ after, capacity }: BatchSpec): StageOperator<number[], number> {
  const all = function* (batch: number[]): Generator<number> {
    yield* batch;
  };
  switch (after) {
    case 'io':
      return io('after', all, { capacity });
    case 'cpu':
      return cpu('after', all, { capacity });
    case 'cpu operators':
      return cpu('after', operators(concatMap((batch: number[]) => batch)), { capacity });
    case 'inline':
      return io('after', operators(concatMap((batch: number[]) => batch)), { capacity });
  }
}

/** Two cpu tasks that would run in one visit, with a batch between them. */
export const apart: OpenPipeline<undefined, number> = pipeline(import.meta, 'apart', (_: undefined) =>
  flow(upTo(100)).pipe(
    cpu('double', (n: number) => n * 2),
    batch({ items: 7 }),
    cpu('sum', (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0)),
    take(50),
  ),
);
