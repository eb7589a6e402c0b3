import type { OperatorFunction } from 'rxjs';
import { PlanError } from '../../errors.js';
import type { AnyOperator, OperatorsBody } from '../declaration.js';
import type { OperatorsOptions } from '../options/limits.js';
import { checkedOperatorsOptions } from '../options/option-check.js';
import { checkedSteps } from './step.js';

// Shared by all copies of the package in a process, as the tag of a stage is.
const operatorKey: unique symbol = Symbol.for('millrace.operators');
const lineageKey: unique symbol = Symbol.for('millrace.operators.lineage');

/**
 * A chain of RxJS operators as the body of an io or cpu stage, made by `operators(...)`: it takes items of type `I` and gives those of type
 * `O`. Not an operator itself: in `pipe`, operators stand plainly.
 */
export interface OperatorChain<I, O> {
  /** @internal */
  readonly [operatorKey]: OperatorFunction<I, O>;
  /** @internal */
  readonly [lineageKey]?: OperatorsOptions['lineage'];
}

/**
 * A chain of RxJS operators, to be the body of a stage. It may be stateful; the stage has one instance of it, or with `key` one for each
 * key. The last argument may be options: `{ lineage: 'sync' }`. Types are inferred for nine operators; more are taken, with outputs of
 * type `unknown`. What the chain throws or emits as an error fails the run.
 *
 * @example
 * ```ts
 * import { flow, io, operators } from '@millrace/core';
 * import { scan } from 'rxjs';
 *
 * const sums = await flow([1, 2, 3])
 *   .pipe(io('sums', operators(scan((sum: number, n: number) => sum + n, 0))))
 *   .toArray(); // [1, 3, 6]
 * ```
 *
 * @throws PlanError without operators, for anything that is not a function, and for a stage within a stage
 */
export function operators<T, A>(op1: OperatorFunction<T, A>): OperatorChain<T, A>;
/** Two operators; up to nine have such a signature, in which what one gives is what the next one takes. */
export function operators<T, A, B>(op1: OperatorFunction<T, A>, op2: OperatorFunction<A, B>): OperatorChain<T, B>;
/** @hidden */
export function operators<T, A, B, C>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
): OperatorChain<T, C>;
/** @hidden */
export function operators<T, A, B, C, D>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
): OperatorChain<T, D>;
/** @hidden */
export function operators<T, A, B, C, D, E>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
): OperatorChain<T, E>;
/** @hidden */
export function operators<T, A, B, C, D, E, F>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
): OperatorChain<T, F>;
/** @hidden */
export function operators<T, A, B, C, D, E, F, G>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
): OperatorChain<T, G>;
/** @hidden */
export function operators<T, A, B, C, D, E, F, G, H>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
  op8: OperatorFunction<G, H>,
): OperatorChain<T, H>;
/** @hidden */
export function operators<T, A, B, C, D, E, F, G, H, I>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
  op8: OperatorFunction<G, H>,
  op9: OperatorFunction<H, I>,
): OperatorChain<T, I>;
/** More than nine operators: outputs are of type `unknown`. */
export function operators<T, A, B, C, D, E, F, G, H, I>(
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
): OperatorChain<T, unknown>;
// The overloads with options stand last: one that is tried and does not fit would settle the types of lambdas.
/** Options come last, whatever the number of operators. */
export function operators<T, A>(op1: OperatorFunction<T, A>, options: OperatorsOptions): OperatorChain<T, A>;
/** @hidden */
export function operators<T, A, B>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  options: OperatorsOptions,
): OperatorChain<T, B>;
/** @hidden */
export function operators<T, A, B, C>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  options: OperatorsOptions,
): OperatorChain<T, C>;
/** @hidden */
export function operators<T, A, B, C, D>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  options: OperatorsOptions,
): OperatorChain<T, D>;
/** @hidden */
export function operators<T, A, B, C, D, E>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  options: OperatorsOptions,
): OperatorChain<T, E>;
/** @hidden */
export function operators<T, A, B, C, D, E, F>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  options: OperatorsOptions,
): OperatorChain<T, F>;
/** @hidden */
export function operators<T, A, B, C, D, E, F, G>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
  options: OperatorsOptions,
): OperatorChain<T, G>;
/** @hidden */
export function operators<T, A, B, C, D, E, F, G, H>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
  op8: OperatorFunction<G, H>,
  options: OperatorsOptions,
): OperatorChain<T, H>;
/** @hidden */
export function operators<T, A, B, C, D, E, F, G, H, I>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
  op8: OperatorFunction<G, H>,
  op9: OperatorFunction<H, I>,
  options: OperatorsOptions,
): OperatorChain<T, I>;
/** More than nine operators, and options: outputs are of type `unknown`. */
export function operators<T, A, B, C, D, E, F, G, H, I>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
  op8: OperatorFunction<G, H>,
  op9: OperatorFunction<H, I>,
  ...rest: readonly [...OperatorFunction<never, unknown>[], OperatorsOptions]
): OperatorChain<T, unknown>;
export function operators(...args: readonly unknown[]): OperatorChain<unknown, unknown> {
  const last = args.at(-1);
  const hasOptions = typeof last === 'object' && last !== null;
  const { lineage } = hasOptions ? checkedOperatorsOptions(last) : {};
  const plain = plainOperators(hasOptions ? args.slice(0, -1) : args);
  return { [operatorKey]: (source) => plain.reduce((applied, operator) => operator(applied), source), [lineageKey]: lineage };
}

function plainOperators(chain: readonly unknown[]): readonly AnyOperator[] {
  if (chain.length === 0) throw new PlanError('operators(): give it one RxJS operator at least');
  return checkedSteps('operators(...)', chain).map((step) => {
    if (step.kind === 'operator') return step.operator;
    if (step.kind === 'batch') {
      throw new PlanError(
        "operators(...): batch(...) is a stage of its own: put it beside this one, into flow(...).pipe(...), or take RxJS's bufferCount(...)",
      );
    }
    const { kind, name } = step.stage;
    throw new PlanError(
      `operators(...): ${kind} stage "${name}" would be a stage inside of a stage: put it beside this one, into flow(...).pipe(...)`,
    );
  });
}

/** The chain as the body of a stage; undefined for anything else. */
export function chainBody(body: unknown): OperatorsBody | undefined {
  return isChain(body) ? { kind: 'operators', operators: [body[operatorKey]], lineage: body[lineageKey] } : undefined;
}

function isChain(body: unknown): body is OperatorChain<unknown, unknown> {
  return typeof body === 'object' && body !== null && operatorKey in body;
}
