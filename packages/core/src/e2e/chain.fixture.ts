import {
  cpu,
  type Flow,
  flow,
  io,
  type OpenPipeline,
  operators,
  type Pipeline,
  pipeline,
  type Sink,
  type StageOperator,
  type TaskContext,
} from '@millrace/core';
import type { Observable, OperatorFunction } from 'rxjs';
import { concatMap, EMPTY, from, mergeMap, of } from './rx-parts.fixture.js';

/** What a stage does with a number, in ways that can be computed on an array too. */
export type Does = 'add' | 'filter' | 'expand';

/** `cpu fusible`: without options that keep it from running in one visit with its neighbours; it has the default capacity and window. */
export type Kind = 'io' | 'io operators' | 'cpu' | 'cpu fusible' | 'cpu process' | 'cpu operators' | 'cpu inline' | 'inline';

export interface StageSpec {
  readonly kind: Kind;
  readonly does: Does;
  /** How the outputs come: as a value (or an Observable), a promise, a generator, an async generator. */
  readonly by: 'value' | 'promise' | 'generator' | 'asyncGenerator';
  readonly capacity: number;
  readonly window: number;
  readonly order: 'input' | 'none';
}

export interface ChainSpec {
  readonly items: number;
  readonly source: 'array' | 'generator' | 'asyncGenerator' | 'connector';
  readonly stages: readonly StageSpec[];
}

export function outputsOf(does: Does, n: number): number[] {
  if (does === 'add') return [n + 1];
  if (does === 'filter') return n % 3 === 0 ? [] : [n];
  return Array.from({ length: Math.abs(n) % 4 }, (_, i) => n * 4 + i);
}

/** The same on a plain array. */
export function modelOf({ items, stages }: ChainSpec): number[] {
  let numbers = Array.from({ length: items }, (_, i) => i);
  for (const { does } of stages) numbers = numbers.flatMap((n) => outputsOf(does, n));
  return numbers;
}

const chainOf = (spec: ChainSpec): Flow<number> =>
  spec.stages.reduce<Flow<number>>((f, stage, i) => f.pipe(stageOf(stage, `s${i}`)), sourceOf(spec));

export const chain: OpenPipeline<ChainSpec, number> = pipeline(import.meta, 'chain', chainOf);

/** The chain as an Observable; on threads by way of the pipeline, since a flow alone has no lanes. */
export function observed(spec: ChainSpec, workers: number): Observable<number> {
  return workers === 0 ? chainOf(spec).toObservable({ workers }) : from(chain.iterate(spec, { workers }));
}

/** What the latest run of `chainToSink` has written. */
export const written: number[] = [];

const collector: Sink<number> = {
  name: 'collector',
  open: async () => {
    written.length = 0;
    return {
      write: async (items) => {
        written.push(...items);
      },
      commit: async () => {},
      abort: async () => {},
    };
  },
};

export const chainToSink: Pipeline<ChainSpec & { readonly sinkCapacity: number }> = pipeline(
  import.meta,
  'chain to a sink',
  (spec: ChainSpec & { readonly sinkCapacity: number }) =>
    chainOf(spec).to(collector, { capacity: spec.sinkCapacity, batch: { items: 8 } }),
);

function sourceOf({ items, source }: ChainSpec): Flow<number> {
  const numbers = Array.from({ length: items }, (_, i) => i);
  if (source === 'array') return flow(numbers);
  if (source === 'generator') {
    return flow(function* () {
      yield* numbers;
    });
  }
  if (source === 'asyncGenerator') {
    return flow(async function* () {
      yield* numbers;
    });
  }
  return flow({
    name: 'numbers',
    maxPull: 7,
    open: async function* () {
      for (let at = 0; at < numbers.length; at += 7) yield { items: numbers.slice(at, at + 7) };
    },
  });
}

function stageOf({ kind, does, by, capacity, window, order }: StageSpec, name: string): OperatorFunction<number, number> {
  const task = taskOf(does, by);
  const apply = (n: number) => from(outputsOf(does, n));
  switch (kind) {
    case 'io':
      return stage(io(name, task, { capacity, window, order, concurrency: Math.min(window, 4) }));
    case 'io operators':
      return io(name, operators(mergeMap(apply)), { capacity, maxHeld: 64 });
    case 'cpu':
      return stage(cpu(name, task, { capacity, window, order }));
    case 'cpu process':
      return stage(cpu(name, task, { capacity, window, order, isolation: 'process', workers: 1 }));
    case 'cpu fusible':
      // Not a generator function itself: what it returns is seen only when it runs.
      return stage(cpu(name, (n: number, context) => task(n, context), { order }));
    case 'cpu inline':
      return stage(cpu(name, task, { capacity, window, order, isolation: 'inline' }));
    case 'cpu operators':
      return cpu(name, operators(mergeMap(apply)), { capacity, maxHeld: 64 });
    case 'inline':
      return concatMap(apply);
  }
}

// The four ways have four types; the outputs are numbers in all of them.
function stage(operator: StageOperator<number, unknown>): OperatorFunction<number, number> {
  return operator as OperatorFunction<number, number>;
}

function taskOf(does: Does, by: StageSpec['by']): (n: number, context: TaskContext) => unknown {
  if (by === 'generator') {
    return function* (n) {
      yield* outputsOf(does, n);
    };
  }
  if (by === 'asyncGenerator') {
    return async function* (n) {
      yield* outputsOf(does, n);
    };
  }
  const plain = (n: number): unknown => {
    const outputs = outputsOf(does, n);
    if (outputs.length === 0) return EMPTY;
    return outputs.length === 1 ? outputs[0] : of(...outputs);
  };
  if (by === 'value') return plain;
  return async (n) => {
    if (n % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    return plain(n);
  };
}
