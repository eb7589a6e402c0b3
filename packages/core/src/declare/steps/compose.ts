import type { OperatorFunction } from 'rxjs';
import { checkedSteps, type StageOperator, stageOperator } from './step.js';

/**
 * Puts operators and stages together, as RxJS's `pipe()` does, and keeps the stages' tags: what it returns stands for all of its
 * arguments in `flow(...).pipe(...)`. Types are inferred for nine arguments; more are taken, with outputs of type `unknown`.
 *
 * @example
 * ```ts
 * import { compose, flow, io } from '@millrace/core';
 * import { filter } from 'rxjs';
 *
 * const cleaned = compose(
 *   filter((line: string) => line !== ''),
 *   io('trim', (line: string) => line.trim()),
 * );
 * const lines = await flow([' a', '', 'b ']).pipe(cleaned).toArray(); // ['a', 'b']
 * ```
 *
 * @throws PlanError for an argument that is not an operator
 */
export function compose<T, A>(op1: OperatorFunction<T, A>): StageOperator<T, A>;
/** Two operators or stages; up to nine have such a signature, in which what one gives is what the next one takes. */
export function compose<T, A, B>(op1: OperatorFunction<T, A>, op2: OperatorFunction<A, B>): StageOperator<T, B>;
/** @hidden */
export function compose<T, A, B, C>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
): StageOperator<T, C>;
/** @hidden */
export function compose<T, A, B, C, D>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
): StageOperator<T, D>;
/** @hidden */
export function compose<T, A, B, C, D, E>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
): StageOperator<T, E>;
/** @hidden */
export function compose<T, A, B, C, D, E, F>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
): StageOperator<T, F>;
/** @hidden */
export function compose<T, A, B, C, D, E, F, G>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
): StageOperator<T, G>;
/** @hidden */
export function compose<T, A, B, C, D, E, F, G, H>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
  op8: OperatorFunction<G, H>,
): StageOperator<T, H>;
/** @hidden */
export function compose<T, A, B, C, D, E, F, G, H, I>(
  op1: OperatorFunction<T, A>,
  op2: OperatorFunction<A, B>,
  op3: OperatorFunction<B, C>,
  op4: OperatorFunction<C, D>,
  op5: OperatorFunction<D, E>,
  op6: OperatorFunction<E, F>,
  op7: OperatorFunction<F, G>,
  op8: OperatorFunction<G, H>,
  op9: OperatorFunction<H, I>,
): StageOperator<T, I>;
/** More than nine: outputs are of type `unknown`. */
export function compose<T, A, B, C, D, E, F, G, H, I>(
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
): StageOperator<T, unknown>;
export function compose(...operators: readonly unknown[]): StageOperator<unknown, unknown> {
  return stageOperator(checkedSteps('compose(...)', operators));
}
