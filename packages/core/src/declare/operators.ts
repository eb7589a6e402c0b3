import type { OperatorFunction } from 'rxjs';
import { PlanError } from '../errors.js';
import type { AnyOperator } from './declaration.js';
import { checkedSteps } from './step.js';

// Shared by all copies of the package in a process, as the tag of a stage is.
const operatorKey: unique symbol = Symbol.for('millrace.operators');

/** A chain of RxJS operators as the body of an io or cpu stage. Not an operator itself: in `pipe`, operators stand plainly. */
export interface OperatorChain<I, O> {
  readonly [operatorKey]: OperatorFunction<I, O>;
}

/**
 * A chain of RxJS operators, to be the body of a stage: `cpu('totals', operators(filter(paid), scan(add, zero)))`. It may be stateful;
 * the stage has one instance of it.
 * @throws PlanError without operators, for anything that is not a function, and for a stage within a stage.
 */
export function operators<T, A>(op1: OperatorFunction<T, A>): OperatorChain<T, A>;
export function operators<T, A, B>(op1: OperatorFunction<T, A>, op2: OperatorFunction<A, B>): OperatorChain<T, B>;
export function operators<T, A, B, C>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
): OperatorChain<T, C>;
export function operators<T, A, B, C, D>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
): OperatorChain<T, D>;
export function operators<T, A, B, C, D, E>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
): OperatorChain<T, E>;
export function operators<T, A, B, C, D, E, F>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
): OperatorChain<T, F>;
export function operators<T, A, B, C, D, E, F, G>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
): OperatorChain<T, G>;
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
  ...rest: readonly OperatorFunction<unknown, unknown>[]
): OperatorChain<T, unknown>;
export function operators(...chain: readonly AnyOperator[]): OperatorChain<unknown, unknown> {
  if (chain.length === 0) throw new PlanError('operators(): give it one RxJS operator at least');
  const plain: AnyOperator[] = [];
  for (const step of checkedSteps('operators(...)', chain)) {
    if (step.kind === 'operator') {
      plain.push(step.operator);
      continue;
    }
    if (step.kind === 'batch') {
      throw new PlanError(
        "operators(...): batch(...) is a stage of its own: put it beside this one, into flow(...).pipe(...), or take RxJS's bufferCount(...)",
      );
    }
    const { kind, name } = step.stage;
    throw new PlanError(
      `operators(...): ${kind} stage "${name}" would be a stage inside of a stage: put it beside this one, into flow(...).pipe(...)`,
    );
  }
  return { [operatorKey]: (source) => plain.reduce((applied, operator) => operator(applied), source) };
}

/** The chain as one operator; undefined for anything else. */
export function chainOperator(body: unknown): AnyOperator | undefined {
  return isChain(body) ? body[operatorKey] : undefined;
}

function isChain(body: unknown): body is OperatorChain<unknown, unknown> {
  return typeof body === 'object' && body !== null && operatorKey in body;
}
