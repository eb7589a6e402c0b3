import type { Observable, OperatorFunction } from 'rxjs';
import { PlanError } from '../errors.js';
import type { FlowDeclaration, SinkDeclaration } from './declaration.js';
import { flowRunner } from './flow-runner.js';
import { type FlowSource, sourceDeclaration } from './flow-source.js';
import { withSink, withSteps } from './flow-steps.js';
import type { FlowOptions, RunOptions, SinkOptions } from './limits.js';
import { checkedName } from './name.js';
import { observe } from './observe.js';
import { checkedFlowOptions, checkedRunOptions, checkedSinkOptions } from './option-check.js';
import { isSink, type Sink } from './sink.js';
import { checkedSteps } from './step.js';
import { valueText } from './value-text.js';

// Shared by all copies of the package in a process: lanes read flows of modules that bring their own copy.
const declarationKey: unique symbol = Symbol.for('millrace.flow');

/**
 * A chain of stages from a source, still open: `pipe` adds steps, `to` a sink. An immutable value that says what to do; nothing runs
 * until it is read (`for await`, `toArray`, `toObservable`) or, in a pipeline, run. Each reading is a run of its own.
 */
export class Flow<out T> implements AsyncIterable<T> {
  /** @internal */
  readonly [declarationKey]: FlowDeclaration;

  /** @internal Made by `flow(...)`. */
  constructor(declaration: FlowDeclaration) {
    this[declarationKey] = declaration;
  }

  /**
   * The flow with more steps: RxJS operators, io and cpu stages, and what `compose` makes of them. Neighbouring untagged operators are
   * one stage of the event loop, named `inline-1`, `inline-2` … along the flow.
   * @throws PlanError for an argument that is not an operator and for two stages of one name.
   */
  pipe(): Flow<T>;
  pipe<A>(op1: OperatorFunction<T, A>): Flow<A>;
  pipe<A, B>(op1: OperatorFunction<T, A>, op2: OperatorFunction<A, B>): Flow<B>;
  pipe<A, B, C>(op1: OperatorFunction<T, A>, op2: OperatorFunction<A, B>, op3: OperatorFunction<B, C>): Flow<C>;
  pipe<A, B, C, D>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
  ): Flow<D>;
  pipe<A, B, C, D, E>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
    op5: OperatorFunction<D, E>,
  ): Flow<E>;
  pipe<A, B, C, D, E, F>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
    op5: OperatorFunction<D, E>,
    op6: OperatorFunction<E, F>,
  ): Flow<F>;
  pipe<A, B, C, D, E, F, G>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
    op5: OperatorFunction<D, E>,
    op6: OperatorFunction<E, F>,
    op7: OperatorFunction<F, G>,
  ): Flow<G>;
  pipe<A, B, C, D, E, F, G, H>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
    op5: OperatorFunction<D, E>,
    op6: OperatorFunction<E, F>,
    op7: OperatorFunction<F, G>,
    op8: OperatorFunction<G, H>,
  ): Flow<H>;
  pipe<A, B, C, D, E, F, G, H, I>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
    op5: OperatorFunction<D, E>,
    op6: OperatorFunction<E, F>,
    op7: OperatorFunction<F, G>,
    op8: OperatorFunction<G, H>,
    op9: OperatorFunction<H, I>,
  ): Flow<I>;
  pipe<A, B, C, D, E, F, G, H, I>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
    op5: OperatorFunction<D, E>,
    op6: OperatorFunction<E, F>,
    op7: OperatorFunction<F, G>,
    op8: OperatorFunction<G, H>,
    op9: OperatorFunction<H, I>,
    ...rest: readonly OperatorFunction<unknown, unknown>[]
  ): Flow<unknown>;
  pipe(...operators: readonly unknown[]): Flow<unknown> {
    return new Flow(withSteps(this[declarationKey], checkedSteps('pipe(...)', operators)));
  }

  /**
   * The flow, ended by a sink.
   * @throws PlanError for what is not a sink and for a bad option.
   */
  to(sink: Sink<T>, options?: SinkOptions): SinkFlow {
    return new SinkFlow(withSink(this[declarationKey], sinkDeclaration(sink, options)));
  }

  /** Runs the flow with default options, from the first item asked for; leaving the loop is an early stop. Rejects as a run does. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return read<T>(this[declarationKey], {});
  }

  /**
   * Runs the flow and collects what comes out. Rejects as a run does.
   * @throws PlanError for a bad option.
   */
  async toArray(options?: RunOptions): Promise<T[]> {
    const items: T[] = [];
    for await (const item of read<T>(this[declarationKey], checkedRunOptions(options))) items.push(item);
    return items;
  }

  /**
   * The flow as a cold Observable: each subscription is a run, unsubscribing an early stop. It asks for the next item when `next` has
   * returned; operators that hold items back do so without a bound.
   * @throws PlanError for a bad option.
   */
  toObservable(options?: RunOptions): Observable<T> {
    const checked = checkedRunOptions(options);
    return observe(() => read<T>(this[declarationKey], checked));
  }
}

/** A flow with a sink. What a pipeline's factory returns; it cannot be read or extended. */
export class SinkFlow {
  /** @internal */
  readonly [declarationKey]: FlowDeclaration & { readonly sink: SinkDeclaration };

  /** @internal Made by `flow(...).to(...)`. */
  constructor(declaration: FlowDeclaration & { readonly sink: SinkDeclaration }) {
    this[declarationKey] = declaration;
  }
}

/**
 * Starts a flow from a connector's source, an iterable, an async iterable, or a function that makes one (or a promise of one).
 * Iterators, generator objects and streams that are given directly are used up by the first run; inside a pipeline they are refused:
 * write `flow(() => createReadStream(file))`. An Observable needs a policy: write `flow(fromObservable(observable, { overflow }))`.
 * @throws PlanError for anything else, Observables and strings included.
 */
export function flow<T>(source: FlowSource<T>, options?: FlowOptions): Flow<T> {
  const { deadLetters, maxErrors } = checkedFlowOptions(options);
  return new Flow<T>({ source: sourceDeclaration(source), stages: [], sink: undefined, deadLetters, maxErrors });
}

/** Whether a value is a flow, with or without a sink. */
export function isFlow(value: unknown): value is Flow<unknown> | SinkFlow {
  return typeof value === 'object' && value !== null && declarationKey in value;
}

/** What a flow says, for planner and lanes. */
export function declarationOf(flow: Flow<unknown> | SinkFlow): FlowDeclaration {
  return flow[declarationKey];
}

function read<T>(declaration: FlowDeclaration, options: RunOptions): AsyncIterableIterator<T> {
  // Here the erased items get back the type that the overloads of `pipe` gave them.
  return flowRunner().iterate(declaration, options) as AsyncIterableIterator<T>;
}

function sinkDeclaration<T>(sink: Sink<T>, options: unknown): SinkDeclaration {
  const given: unknown = sink;
  if (!isSink(given)) {
    throw new PlanError(`to(sink): it must be a Sink (an object with a name and open()), got ${valueText(given)}`);
  }
  const name = checkedName('sink', given.name);
  return { name, sink: given, options: checkedSinkOptions(name, options) };
}
