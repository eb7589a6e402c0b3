import type { Observable, OperatorFunction } from 'rxjs';
import type { P } from 'ts-pattern';
import { PlanError } from '../../errors.js';
import type { FlowDeclaration, SinkDeclaration } from '../declaration.js';
import { type ClosedDraft, commonScope, draftOf, merged, type OpenDraft, withSink, withSteps } from '../graph/draft.js';
import { type Graph, graphOf, wholeFlow } from '../graph/graph.js';
import { checkedName } from '../name.js';
import type { FlowOptions, RunOptions, SinkOptions } from '../options/limits.js';
import { checkedFlowOptions, checkedRunOptions, checkedSinkOptions } from '../options/option-check.js';
import { isSink, type Sink } from '../sink.js';
import { checkedSteps } from '../steps/step.js';
import { valueText } from '../value-text.js';
import { type FlowDoor, routed, teed } from './branching.js';
import { flowRunner } from './flow-runner.js';
import { type FlowSource, sourceDeclaration } from './flow-source.js';
import type { Exhausts, Given, Left, Taken } from './narrowing.js';
import { observe } from './observe.js';

// Shared by all copies of the package in a process: lanes read flows of modules that bring their own copy.
const graphKey: unique symbol = Symbol.for('millrace.flow');
const draftKey: unique symbol = Symbol.for('millrace.draft');

/**
 * A chain of stages from a source, still open: `pipe` adds steps, `to` a sink. An immutable value that says what to do; nothing runs
 * until it is read (`for await`, `toArray`, `toObservable`) or, in a pipeline, run. Each reading is a run of its own. A flow that is read
 * outside of a pipeline has its cpu stages on the main thread, and must say so: `toArray({ workers: 0 })`.
 *
 * @typeParam T type of the items that come out of it so far
 */
export class Flow<out T> implements AsyncIterable<T> {
  /** @internal */
  readonly [draftKey]: OpenDraft;
  /** @internal */
  readonly [graphKey]: Graph;

  /** @internal Made by `flow(...)`. */
  constructor(draft: OpenDraft) {
    this[draftKey] = draft;
    this[graphKey] = graphOf(draft);
  }

  /**
   * The flow with more steps: RxJS operators, io and cpu stages, and what `compose` makes of them. Neighbouring untagged operators are
   * one stage of the event loop, named `inline-1`, `inline-2` … along the flow. Types are inferred for nine arguments; more are taken, with
   * outputs of type `unknown`: call `pipe` again instead.
   *
   * @throws PlanError for an argument that is not an operator and for two stages of one name
   */
  pipe(): Flow<T>;
  /** One operator or stage. */
  pipe<A>(op1: OperatorFunction<T, A>): Flow<A>;
  /** Two; up to nine have such a signature, in which what one gives is what the next one takes. */
  pipe<A, B>(op1: OperatorFunction<T, A>, op2: OperatorFunction<A, B>): Flow<B>;
  /** @hidden */
  pipe<A, B, C>(op1: OperatorFunction<T, A>, op2: OperatorFunction<A, B>, op3: OperatorFunction<B, C>): Flow<C>;
  /** @hidden */
  pipe<A, B, C, D>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
  ): Flow<D>;
  /** @hidden */
  pipe<A, B, C, D, E>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
    op5: OperatorFunction<D, E>,
  ): Flow<E>;
  /** @hidden */
  pipe<A, B, C, D, E, F>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
    op5: OperatorFunction<D, E>,
    op6: OperatorFunction<E, F>,
  ): Flow<F>;
  /** @hidden */
  pipe<A, B, C, D, E, F, G>(
    op1: OperatorFunction<T, A>,
    op2: OperatorFunction<A, B>,
    op3: OperatorFunction<B, C>,
    op4: OperatorFunction<C, D>,
    op5: OperatorFunction<D, E>,
    op6: OperatorFunction<E, F>,
    op7: OperatorFunction<F, G>,
  ): Flow<G>;
  /** @hidden */
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
  /** @hidden */
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
  /** More than nine: outputs are of type `unknown`. */
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
    ...rest: readonly OperatorFunction<never, unknown>[]
  ): Flow<unknown>;
  pipe(...operators: readonly unknown[]): Flow<unknown> {
    return new Flow(withSteps(this[draftKey], checkedSteps('pipe(...)', operators)));
  }

  /**
   * The flow, ended by a sink.
   *
   * @param options how the sink is written: size of batches, writes at once, retries
   * @throws PlanError for what is not a sink and for a bad option
   */
  to(sink: Sink<T>, options?: SinkOptions): SinkFlow {
    return new SinkFlow(withSink(this[draftKey], sinkDeclaration(sink, options)));
  }

  /**
   * Parts the flow: each item goes to the first branch whose pattern, one of ts-pattern, it matches.
   *
   * A branch that is left open goes on: the open ones are merged again. Items keep their order within a branch; a branch that is full
   * holds the route up, and one that has ended early drops what would come to it. `.exhaustive()` compiles when the patterns leave
   * nothing of a union, and an item that none takes fails; `.otherwise(name, build)` takes the rest.
   *
   * @example
   * ```ts
   * import { flow } from '@millrace/core';
   * import { ndjson } from '@millrace/connectors';
   *
   * type Entry = { kind: 'order'; total: number } | { kind: 'refund'; total: number };
   *
   * const parted = flow(ndjson.read<Entry>('shop.ndjson')).route((r) =>
   *   r
   *     .when('orders', { kind: 'order' }, (f) => f.to(ndjson.write('orders.ndjson')))
   *     .when('refunds', { kind: 'refund' }, (f) => f.to(ndjson.write('refunds.ndjson')))
   *     .exhaustive(),
   * );
   * ```
   *
   * @param build gets the branches, without any yet, and returns what `.exhaustive()` or `.otherwise(...)` gives
   * @returns one flow of the open branches; a `SinkFlow` when all have ended
   * @throws PlanError for a bad name, for two branches or stages of one name, and for a branch that is not made of the flow it is given
   */
  // By the type of `this`: what patterns make of `T` has no variance that could be told.
  route<Item, Ends>(this: Flow<Item>, build: (route: Routing<Item, Item, never>) => Routed<Ends>): Joined<Ends>;
  route(build: unknown): Flow<unknown> | SinkFlow {
    const draft = routed(this[draftKey], build, door);
    return draft.end === undefined ? new SinkFlow(draft) : new Flow(draft);
  }

  /**
   * The same flow, and beside it a branch that gets every item, too. Both get the same object: a task that changes its item changes it for
   * the other side; copy it there by `structuredClone`. The slower side holds the other up, a side that has ended early does not.
   *
   * @example
   * ```ts
   * import { flow } from '@millrace/core';
   * import { csv, ndjson } from '@millrace/connectors';
   *
   * const orders = flow(csv.read('shop.csv')).tee('audit', (f) => f.to(ndjson.write('audit.ndjson')));
   * ```
   *
   * @param name of the branch, not empty; it stands before the names of stages in it that have none of their own
   * @param build ends the flow that it is given in a sink
   * @throws PlanError for a bad name, for two stages of one name, and for a branch that does not end in a sink
   */
  tee(name: string, build: (flow: Flow<T>) => SinkFlow): Flow<T> {
    return new Flow<T>(teed(this[draftKey], name, build, door));
  }

  /** Runs the flow with default options, from the first item asked for; leaving the loop is an early stop. Rejects as a run does. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return read<T>(this, {});
  }

  /**
   * Runs the flow and collects what comes out: all of it is in memory then. Rejects as a run does.
   *
   * @throws PlanError for a bad option, and for a cpu stage that would need a worker, as a rejection
   * @throws StageError when a stage fails, and CancelledError when `signal` aborts, as a rejection
   */
  async toArray(options?: RunOptions): Promise<T[]> {
    const items: T[] = [];
    for await (const item of read<T>(this, checkedRunOptions(options))) items.push(item);
    return items;
  }

  /**
   * The flow as a cold Observable: each subscription is a run, unsubscribing an early stop. It asks for the next item when `next` has
   * returned; operators that hold items back do so without a bound. It errors as a run rejects; of a run that fails after its subscriber has
   * left, RxJS's `config.onStoppedNotification` is told.
   *
   * @throws PlanError for a bad option
   */
  toObservable(options?: RunOptions): Observable<T> {
    const checked = checkedRunOptions(options);
    return observe(() => read<T>(this, checked));
  }
}

/** A flow with a sink, or with several. What a pipeline's factory returns; it cannot be read or extended. */
export class SinkFlow {
  /** @internal */
  readonly [draftKey]: ClosedDraft;
  /** @internal */
  readonly [graphKey]: Graph;

  /** @internal Made by `flow(...).to(...)`. */
  constructor(draft: ClosedDraft) {
    this[draftKey] = draft;
    this[graphKey] = graphOf(draft);
  }
}

/** What a branch may come to: a flow that has ended in sinks, or one that goes on. */
type BranchEnd = Flow<unknown> | SinkFlow;

declare const endsKey: unique symbol;

/** What ends the branches of a route, to be returned to it. `Ends` is a union of what its branches came to. */
export interface Routed<out Ends> {
  /** @internal */
  readonly [endsKey]: Ends;
}

/**
 * The branches of a route as they are declared: for items of type `T`, of which those of type `Rest` are not taken yet. `Ends` is a union of
 * what the branches so far came to. An immutable value: each call gives another.
 */
export interface Routing<in out T, in out Rest, out Ends> {
  /**
   * A branch for the items that match the pattern and that no branch before has taken.
   *
   * @param name not empty, unique in the route; it stands before the names of stages in the branch that have none of their own
   * @param pattern of ts-pattern: a literal, an object of patterns, or `P.…`
   * @param build makes the branch of a flow of these items, and may leave it open
   * @throws PlanError for a bad name, for two branches of one name, and when `build` returns no flow that is made of the one it got
   */
  when<const Pattern extends P.Pattern<Rest>, End extends BranchEnd>(
    name: string,
    pattern: Given<Rest, Pattern>,
    build: (flow: Flow<Taken<Rest, Pattern>>) => End,
  ): Routing<T, Left<Rest, Pattern>, Ends | End>;
  /**
   * That is all: an item that no branch takes fails the run. Cannot be called while the patterns leave some of a union: its type is
   * then `NotExhausted<Rest>`, which compile errors name.
   */
  readonly exhaustive: Exhausts<T, Rest> extends true ? () => Routed<Ends> : NotExhausted<Rest>;
  /**
   * A branch for all other items, the last one.
   *
   * @throws PlanError as `when` does
   */
  otherwise<End extends BranchEnd>(name: string, build: (flow: Flow<Rest>) => End): Routed<Ends | End>;
}

/** Stands in the place of `exhaustive` while no branch takes items of type `Rest`, so that it cannot be called. */
export interface NotExhausted<out Rest> {
  /** @internal */
  readonly [endsKey]: Rest;
}

/**
 * One flow of the open ones among several: `Joined<Flow<A> | Flow<B> | SinkFlow>` is `Flow<A | B>`. Without any, all have ended in sinks: a
 * `SinkFlow`.
 */
export type Joined<Ends> = [OpenOnes<Ends>] extends [never] ? SinkFlow : Flow<ItemsOf<Ends>>;

type OpenOnes<Ends> = Ends extends Flow<unknown> ? Ends : never;
type ItemsOf<Ends> = Ends extends Flow<infer T> ? T : never;

const door: FlowDoor = {
  open: (draft) => new Flow(draft),
  draftOf: (value) => (isFlow(value) ? value[draftKey] : undefined),
};

/**
 * Starts a flow from a connector's source, an iterable, an async iterable, or a function that makes one (or a promise of one).
 * Iterators, generator objects and streams that are given directly are used up by the first run; inside a pipeline they are refused:
 * write `flow(() => createReadStream(file))`. An Observable needs a policy: write `flow(fromObservable(observable, { overflow }))`.
 *
 * @example
 * ```ts
 * import { flow, io } from '@millrace/core';
 * import { filter } from 'rxjs';
 *
 * const greeted = flow(['Ada', '', 'Grace']).pipe(
 *   filter((name) => name !== ''),
 *   io('greet', async (name) => `Hello ${name}`, { concurrency: 8 }),
 * );
 * for await (const greeting of greeted) console.log(greeting);
 * ```
 *
 * @param options where dead letters go, and how many items may fail; what holds for all stages
 * @throws PlanError for anything else, Observables and strings included, and for a bad option
 */
export function flow<T>(source: FlowSource<T>, options?: FlowOptions): Flow<T> {
  return new Flow<T>(draftOf(sourceDeclaration(source), checkedFlowOptions(options)));
}

/**
 * One flow of several: it takes from them in turns, so that none starves, keeps the order of each, and ends when all have ended. What they
 * have in common runs once: of a flow that is merged with itself by two ways, each way gets the same objects.
 *
 * @example
 * ```ts
 * import { flow, merge } from '@millrace/core';
 *
 * const numbers = await merge(flow([1, 2]), flow([10, 20])).toArray(); // four items
 * ```
 *
 * @throws PlanError without flows, for what is not an open flow, and for two stages of one name
 */
export function merge<Flows extends readonly [Flow<unknown>, ...Flow<unknown>[]]>(...flows: Flows): Joined<Flows[number]>;
export function merge(...flows: readonly unknown[]): Flow<unknown> {
  if (flows.length === 0) throw new PlanError('merge(...): give it one flow at least');
  const drafts = flows.map((given, index): OpenDraft => {
    const draft = isFlow(given) ? given[draftKey] : undefined;
    if (draft?.end !== undefined) return draft;
    const why = draft === undefined ? `got ${valueText(given)}` : 'and this one has ended in a sink';
    throw new PlanError(`merge(...): argument ${index + 1} must be an open flow, ${why}`);
  });
  return new Flow(merged(drafts, commonScope(drafts.map(({ end }) => end))));
}

/** Whether a value is a flow, with or without a sink. */
export function isFlow(value: unknown): value is Flow<unknown> | SinkFlow {
  return typeof value === 'object' && value !== null && graphKey in value;
}

/** What a flow says, for planner and lanes. @throws PlanError for the flow of a branch, which is a part of another */
export function declarationOf(flow: Flow<unknown> | SinkFlow): FlowDeclaration {
  return wholeFlow(flow[graphKey]);
}

function read<T>(flow: Flow<T>, options: RunOptions): AsyncIterableIterator<T> {
  // Here the erased items get back the type that the overloads of `pipe` gave them.
  return flowRunner().iterate(declarationOf(flow), options) as AsyncIterableIterator<T>;
}

function sinkDeclaration<T>(sink: Sink<T>, options: unknown): SinkDeclaration {
  const given: unknown = sink;
  if (!isSink(given)) {
    throw new PlanError(`to(sink): it must be a Sink (an object with a name and open()), got ${valueText(given)}`);
  }
  const name = checkedName('sink', given.name);
  return { name, sink: given, options: checkedSinkOptions(name, options) };
}
