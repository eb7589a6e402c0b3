import { batch, cpu, io, operators, PlanError } from '@millrace/core';
import type { OperatorFunction } from 'rxjs';
import { P } from 'ts-pattern';
import type { BatchSpec, ChainSpec, InlineSpec, OperatorSpec, Options, PatternSpec, TaskSpec } from '../params.js';
import { type Code, exported, fieldOf, isExportRef, isFieldRef } from './code.js';

type Operator = OperatorFunction<unknown, unknown>;

/** A stage that does not branch, as what `flow.pipe` takes. @throws PlanError */
export function stepsOf(spec: TaskSpec | ChainSpec | InlineSpec | BatchSpec, code: Code): readonly Operator[] {
  switch (spec.kind) {
    case 'inline':
      return spec.operators.map((operator) => operatorOf(operator, code));
    case 'batch':
      return [batch(spec.options) as Operator];
    case 'task':
      return [declare(spec.tag, spec.name, taskOf(spec, code), optionsOf(spec.options, code))];
    case 'chain':
      return [declare(spec.tag, spec.name, chainOf(spec, code), optionsOf(spec.options, code))];
  }
}

/** The types of `io` and `cpu` are for code; what comes from a file they check when they are called. */
const declareBy: Readonly<Record<'io' | 'cpu', (name: string, body: never, options: Options) => Operator>> = { io, cpu };

function declare(tag: 'io' | 'cpu', name: string, body: unknown, options: Options): Operator {
  return declareBy[tag](name, body as never, options);
}

function taskOf(spec: TaskSpec, code: Code): unknown {
  const value = exported(code, spec.use);
  if (!('with' in spec)) return value;
  if (typeof value === 'function') return value(spec.with);
  throw new PlanError(`stage "${spec.name}": with "with", "${spec.use.export}" must be a function that makes the task`);
}

function chainOf({ operators: specs, lineage }: ChainSpec, code: Code): unknown {
  const chain = specs.map((spec) => operatorOf(spec, code));
  const args = lineage === undefined ? chain : [...chain, { lineage }];
  return (operators as (...args: readonly unknown[]) => unknown)(...args);
}

function operatorOf({ name, args }: OperatorSpec, code: Code): Operator {
  const make: unknown = code.rxjs === undefined ? undefined : Reflect.get(code.rxjs, name);
  if (typeof make !== 'function') throw new PlanError(`RxJS has no operator "${name}"`);
  return make(...args.map((arg) => (isExportRef(arg) ? exported(code, arg) : arg.value)));
}

/** Options with functions in the place of references, in groups too. */
export function optionsOf(options: Options, code: Code): Options {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, optionOf(value, code)]));
}

function optionOf(value: unknown, code: Code): unknown {
  if (isExportRef(value)) return exported(code, value);
  if (isFieldRef(value)) return fieldOf(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return optionsOf(value as Options, code);
}

/** As ts-pattern has it. */
export function patternOf(spec: PatternSpec, code: Code): P.Pattern<unknown> {
  if ('is' in spec) return spec.is;
  if ('anyOf' in spec) return P.union(...(spec.anyOf.map((each) => patternOf(each, code)) as [P.Pattern<unknown>]));
  if ('fields' in spec) {
    return Object.fromEntries(Object.entries(spec.fields).map(([name, each]) => [name, patternOf(each, code)]));
  }
  const takes = exported(code, spec);
  return P.when((item: unknown) => Boolean((takes as (item: unknown) => unknown)(item)));
}
