import type { Observable, OperatorFunction } from 'rxjs';
import { PlanError } from '../../errors.js';
import type { AnyOperator, TaggedStage } from '../declaration.js';
import type { BatchOptions } from '../options/limits.js';
import { valueText } from '../value-text.js';

/** What an argument of `pipe` stands for. */
export type Step =
  | { readonly kind: 'stage'; readonly stage: TaggedStage }
  /** `batch(...)`; the flow gives it its name. */
  | { readonly kind: 'batch'; readonly options: BatchOptions }
  | { readonly kind: 'operator'; readonly operator: AnyOperator };

// Shared by all copies of the package in a process: a stage of a module that brings its own copy is a stage all the same.
const stepsKey: unique symbol = Symbol.for('millrace.steps');

/**
 * What `io`, `cpu`, `batch` and `compose` return: an operator in the sense of RxJS, from items of type `I` to those of type `O`, that carries a
 * tag for the planner. Only `flow(...).pipe` and `compose` understand it; applied to an Observable it throws a `PlanError`.
 */
export interface StageOperator<I, O> extends OperatorFunction<I, O> {
  /** @internal */
  readonly [stepsKey]: readonly Step[];
}

/** An operator that stands for `steps`. Applied to an Observable it refuses, unless none of them is a stage. */
export function stageOperator(steps: readonly Step[]): StageOperator<unknown, unknown> {
  const apply = (source: Observable<unknown>): Observable<unknown> => {
    let applied = source;
    for (const step of steps) {
      if (step.kind !== 'operator') throw new PlanError(misapplied(step));
      applied = step.operator(applied);
    }
    return applied;
  };
  return Object.assign(apply, { [stepsKey]: steps });
}

/**
 * What the arguments of `place` stand for, one after the other; an untagged operator stands for itself.
 * @throws PlanError for an argument that is not a function.
 */
export function checkedSteps(place: string, args: readonly unknown[]): readonly Step[] {
  return args.flatMap((arg, index): readonly Step[] => {
    if (isOperator(arg)) return isTagged(arg) ? arg[stepsKey] : [{ kind: 'operator', operator: arg }];
    throw new PlanError(
      `${place}: argument ${index + 1} must be an RxJS operator, io(...), cpu(...), batch(...) or compose(...), got ${valueText(arg)}; ` +
        'a chain made by operators(...) is the body of a stage: io(name, operators(...)) or cpu(name, operators(...))',
    );
  });
}

// That a function is an operator, and one for these items, is what the types of `pipe` promise.
function isOperator(value: unknown): value is AnyOperator {
  return typeof value === 'function';
}

function isTagged(operator: AnyOperator): operator is StageOperator<unknown, unknown> {
  return stepsKey in operator;
}

function misapplied(step: Exclude<Step, { kind: 'operator' }>): string {
  const kind = step.kind === 'batch' ? 'batch' : step.stage.kind;
  const what = step.kind === 'batch' ? 'batch(...)' : `${kind} stage "${step.stage.name}"`;
  return (
    `${what} was applied to an Observable, which cannot be slowed down: write flow(source).pipe(${kind}(...)); ` +
    "to put operators together first, use compose(...) in place of RxJS's pipe(...), which loses the tag"
  );
}
