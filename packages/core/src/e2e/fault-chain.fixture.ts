// Chains of stages of all kinds that break where they are told to. Lanes load this module: it must not know jest.
import {
  type Flow,
  type FlowSource,
  flow,
  type OpenPipeline,
  type Pipeline,
  type Pull,
  pipeline,
  type Reading,
  type SinkOptions,
} from '@millrace/core';
import { faultyStage, type StageSpec, toleranceOf } from './fault-stage.fixture.js';
import { lettersOf, type SinkSpec, sinkOf, type Trace, tracing } from './fault-trace.fixture.js';
import { take } from './rx-parts.fixture.js';

export interface SourceSpec {
  readonly form: 'array' | 'generator' | 'asyncGenerator' | 'connector';
  readonly items: number;
  /** What comes instead of item `at`, and of all after it; an array just ends. */
  readonly end: { readonly how: 'end' | 'throw' | 'wait'; readonly at: number };
}

export interface ChainSpec {
  readonly source: SourceSpec;
  readonly stages: readonly StageSpec[];
  readonly sink: SinkSpec;
  /** Items after which an operator behind the last stage has enough. */
  readonly take?: number | undefined;
  /** Whether cpu stages run in lanes, which may die. */
  readonly lanes: boolean;
  /** Whether the sink of the dead letters throws. */
  readonly lettersBreak: boolean;
}

/** Source items that there are, at most. */
export const rootsOf = ({ form, items, end }: SourceSpec): number =>
  form === 'array' || end.how === 'end' ? items : Math.min(items, end.at);

/** How it ends. An array cannot break, and a plain generator cannot wait. */
export function endOf({ form, items, end }: SourceSpec): 'end' | 'throw' | 'wait' {
  if (form === 'array' || end.at >= items || (form === 'generator' && end.how === 'wait')) return 'end';
  return end.how;
}

export const nameOf = (stage: number): string => `s${stage}`;

const broken = (): Error => new RangeError('the source breaks');

function sourceOf(spec: SourceSpec): FlowSource<string> {
  const items = Array.from({ length: rootsOf(spec) }, (_, i) => String(i));
  const how = endOf(spec);
  const { current } = tracing;
  switch (spec.form) {
    case 'array':
      return items;
    case 'generator':
      return function* () {
        yield* items;
        if (how === 'throw') throw broken();
      };
    case 'asyncGenerator':
      return async function* () {
        yield* items;
        if (how === 'throw') throw broken();
        if (how === 'wait') await current.waitForEver();
      };
    case 'connector':
      return { name: 'numbers', maxPull: 7, open: ({ signal }) => pulls(items, how, signal, current) };
  }
}

/** By hand, since a generator that was never pulled does not see its `return()`. */
function pulls(items: readonly string[], how: 'end' | 'throw' | 'wait', signal: AbortSignal, seen: Trace): Reading<string> {
  let at = 0;
  const source = { returned: 0, over: false };
  seen.source = source;
  const next = async (): Promise<IteratorResult<Pull<string>>> => {
    const pulled = items.slice(at, at + 7);
    at += 7;
    if (pulled.length > 0) return { done: false, value: { items: pulled } };
    // Ends with its signal, as a connector should.
    if (how === 'wait') await seen.waitForEver(signal);
    source.over = true;
    if (how === 'throw') throw broken();
    return { done: true, value: undefined };
  };
  const end = async (): Promise<IteratorResult<Pull<string>>> => {
    source.returned += 1;
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

function chainOf({ source, stages, sink, take: count, lanes, lettersBreak }: ChainSpec): Flow<string> {
  const dead = sink.onError === 'deadLetter' || stages.some((stage) => toleranceOf(stage).onError === 'deadLetter');
  const start = flow(sourceOf(source), dead ? { deadLetters: lettersOf(lettersBreak) } : {});
  const chain = stages.reduce<Flow<string>>((built, stage, i) => built.pipe(faultyStage(stage, nameOf(i), lanes)), start);
  return count === undefined ? chain : chain.pipe(take(count));
}

const sinkOptions = ({ capacity, items, concurrency, onError, attempts }: SinkSpec): SinkOptions => ({
  capacity,
  batch: { items },
  concurrency,
  onError,
  retry: { attempts, delayMs: 0 },
});

export const faulty: OpenPipeline<ChainSpec, string> = pipeline(import.meta, 'faulty', chainOf);

export const faultyToSink: Pipeline<ChainSpec> = pipeline(import.meta, 'faulty to a sink', (spec: ChainSpec) =>
  chainOf(spec).to(sinkOf(spec.sink), sinkOptions(spec.sink)),
);
