import { describe, expect, test } from '@jest/globals';
import { from, map, of, pipe, take, toArray } from 'rxjs';
import { PlanError } from '../../errors.js';
import { compose } from './compose.js';
import { operators } from './operators.js';
import { cpu, io } from './stage.js';
import { checkedSteps, type Step } from './step.js';

const double = (n: number): number => n * 2;
const only = (operator: unknown): Step => {
  const [step, ...more] = checkedSteps('test', [operator]);
  if (step === undefined || more.length > 0) throw new Error('one step was expected');
  return step;
};
/** A call as JavaScript may make it. */
const untyped = (call: (...args: never[]) => unknown, ...args: unknown[]): unknown => Reflect.apply(call, undefined, args);

describe('io and cpu', () => {
  test('a stage is an operator that carries its declaration', () => {
    expect(only(io('double', double, { concurrency: 2 }))).toEqual({
      kind: 'stage',
      stage: { kind: 'io', name: 'double', body: { kind: 'task', task: double }, options: { concurrency: 2 } },
    });
    expect(only(cpu('double', double))).toMatchObject({ stage: { kind: 'cpu', options: {} } });
  });

  test('operators become one operator that may be applied again and again', async () => {
    const step = only(cpu('two', operators(map(double), take(2))));
    if (step.kind !== 'stage' || step.stage.body.kind !== 'operators') throw new Error('operators were expected');
    const [operator, ...more] = step.stage.body.operators;
    expect(more).toEqual([]);
    for (let time = 0; time < 2; time++) {
      const seen: unknown[] = [];
      operator?.(from([1, 2, 3])).subscribe((item) => seen.push(item));
      expect(seen).toEqual([2, 4]);
    }
  });

  test('a bad name is refused', () => {
    for (const name of ['', ' ', ' a', 'a\n', 'a\u0000b', 'a\u0085b', 7, undefined, null]) {
      expect(() => untyped(io, name, double)).toThrow(PlanError);
      expect(() => untyped(io, name, double)).toThrow(/^io stage: the name must be a non-empty string/);
    }
    expect(only(io('größe: 1/2 ✓', double))).toMatchObject({ stage: { name: 'größe: 1/2 ✓' } });
  });

  test('a body that is neither a task nor operators is refused', () => {
    for (const [body, text] of [
      [undefined, 'undefined'],
      ['./x.js', '"./x.js"'],
      [{}, 'an object'],
      [[map(double)], 'an array'],
      [of(1), 'an Observable'],
    ]) {
      expect(() => untyped(cpu, 'a', body)).toThrow(
        new PlanError(
          `stage "a": the second argument of cpu(name, task) must be a function, a Standard Schema, operators(...) or task(url, name), got ${String(text)}`,
        ),
      );
    }
  });

  test('options are checked for the kind of stage and the kind of body', () => {
    expect(() => untyped(cpu, 'a', double, { concurrency: 1 })).toThrow('is for stages of io task, and this one is of cpu task');
    expect(() => untyped(io, 'a', operators(map(double)), { concurrency: 1 })).toThrow('this one is of io operators');
  });

  test('a stage that is applied to an Observable says how it is meant', () => {
    const stage = cpu('double', double);
    for (const apply of [
      () => of(1).pipe(stage),
      () => of(1).pipe(pipe(map(double), stage)),
      () => of(1).pipe(compose(map(double), stage)),
    ]) {
      expect(apply).toThrow(PlanError);
      expect(apply).toThrow(/^cpu stage "double" was applied to an Observable.*flow\(source\)\.pipe\(cpu\(\.\.\.\)\).*compose/);
    }
  });
});

describe('operators', () => {
  test('none, what is no operator, and a stage within a stage are refused', () => {
    expect(() => untyped(operators)).toThrow('give it one RxJS operator at least');
    expect(() => untyped(operators, map(double), 5)).toThrow('operators(...): argument 2 must be an RxJS operator');
    for (const stage of [io('inner', double), compose(map(double), io('inner', double))]) {
      expect(() => operators(stage)).toThrow('operators(...): io stage "inner" would be a stage inside of a stage');
    }
  });

  test('a composition without stages is as good as its operators', () => {
    expect(only(io('a', operators(compose(map(double), take(1)))))).toMatchObject({ stage: { body: { kind: 'operators' } } });
  });
});

describe('compose', () => {
  test('keeps tagged and untagged operators in their order, nested ones too', () => {
    const [first, last] = [map(double), map(double)];
    const steps = checkedSteps('test', [compose(first, compose(io('a', double), cpu('b', double)), last)]);
    expect(
      steps.map((step) => (step.kind === 'stage' ? step.stage.name : step.kind === 'operator' ? step.operator : step.kind)),
    ).toEqual([first, 'a', 'b', last]);
  });

  test('without stages it works on Observables as pipe() does', async () => {
    const seen: unknown[] = [];
    of(1, 2)
      .pipe(compose(map(double), toArray()))
      .subscribe((item) => seen.push(item));
    expect(seen).toEqual([[2, 4]]);
  });

  test('what is no operator is refused by its place', () => {
    expect(() => untyped(compose, map(double), of(1))).toThrow('compose(...): argument 2 must be an RxJS operator');
    expect(() => untyped(compose, operators(map(double)))).toThrow('is the body of a stage');
  });
});
