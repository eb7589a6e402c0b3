import { describe, expect, test } from '@jest/globals';
import { filter, map } from 'rxjs';
import { flow } from '../declare/flow/flow.js';
import type { CpuTaskOptions, RunOptions } from '../declare/options/limits.js';
import { operators } from '../declare/steps/operators.js';
import { cpu, io } from '../declare/steps/stage.js';
import { explain } from './explain.js';
import { visitsOf } from './fusing.js';
import { double, planned, stageOf } from './plan.fixture.js';
import type { Plan } from './plan.js';

const three = () => flow([1]).pipe(cpu('a', double), cpu('b', double), cpu('c', double));
const pair = (first: CpuTaskOptions<number>, second: CpuTaskOptions<number> = {}, run: RunOptions = {}) =>
  planned(flow([1]).pipe(cpu('a', double, first), cpu('b', double, second)), run);
const visits = (plan: Plan): string[] => visitsOf(plan.stages).map((visit) => visit.map(({ name }) => name).join('+'));

describe('neighbouring cpu tasks', () => {
  test('without options of their own run in one visit, and each says so', () => {
    const plan = planned(three());
    expect(visits(plan)).toEqual(['source', 'a+b+c', 'output']);
    expect(plan.stages.map(({ fusedWith }) => fusedWith)).toEqual([[], ['b', 'c'], ['a', 'c'], ['a', 'b'], []]);
    expect(stageOf(plan, 'a').reasons.at(-1)).toBe('runs in one visit with "b", "c": items cross to the lane once');
    expect(stageOf(plan, 'c').reasons.at(-1)).toBe('runs in one visit with "a", "b": items cross to the lane once');
    expect(explain(plan)).toContain('cpu "b" on worker threads: workers 4, order input, onError fail, fused with a, c');
  });

  test('have one queue, one window and one place in the bound', () => {
    const plan = planned(three());
    expect(stageOf(plan, 'a')).toMatchObject({ capacity: 1024, window: 8192, batch: 1024, workers: 4 });
    for (const name of ['b', 'c']) {
      expect(stageOf(plan, name)).toMatchObject({ capacity: undefined, window: undefined, batch: undefined, workers: 4 });
    }
    expect(plan.bound.items).toBe(planned(flow([1]).pipe(cpu('a', double))).bound.items);
    expect(plan.bound.terms.map(({ stage }) => stage)).not.toContain('b');
  });

  test('run in one visit also with equal orders', () => {
    expect(visits(pair({ order: 'none' }, { order: 'none' }))).toContain('a+b');
    expect(visits(pair({ order: 'input', onError: 'fail', isolation: 'thread' }))).toContain('a+b');
  });

  test('are visited in the groups that fit', () => {
    const four = flow([1]).pipe(cpu('a', double), cpu('b', double), cpu('c', double, { batch: 7 }), cpu('d', double));
    expect(visits(planned(four))).toEqual(['source', 'a+b', 'c', 'd', 'output']);
  });
});

describe('not in one visit, and the plan says why', () => {
  test.each([
    ['capacity', 8],
    ['window', 8],
    ['batch', 8],
    ['workers', 2],
  ])('a stage with a %s of its own', (option, value) => {
    const why = (plan: Plan): unknown => stageOf(plan, 'b').reasons.at(-1);
    expect(why(pair({ [option]: value }))).toBe(`not in one visit with "a": "a" has its own "${option}"`);
    expect(why(pair({}, { [option]: value }))).toBe(`not in one visit with "a": "b" has its own "${option}"`);
  });

  test('stages of different orders', () => {
    expect(stageOf(pair({ order: 'none' }), 'b').reasons.at(-1)).toBe('not in one visit with "a": their "order" differs');
  });

  test('a generator function before another stage, whose outputs should spread; after another stage it may stand', () => {
    const many = function* (n: number) {
      yield n;
    };
    const lateMany = async function* (n: number) {
      yield n;
    };
    for (const stage of [cpu('b', many), cpu('b', lateMany)]) {
      const plan = planned(flow([1]).pipe(cpu('a', double), stage, cpu('c', double)));
      expect(visits(plan)).toEqual(['source', 'a+b', 'c', 'output']);
      expect(stageOf(plan, 'c').reasons.at(-1)).toBe(
        'not in one visit with "b": "b" is a generator function, and its outputs should spread over the lanes',
      );
    }
  });

  test('operators', () => {
    const plan = planned(flow([1]).pipe(cpu('a', double), cpu('b', operators(map(double))), cpu('c', double)));
    expect(visits(plan)).toEqual(['source', 'a', 'b', 'c', 'output']);
    for (const name of ['b', 'c']) {
      expect(stageOf(plan, name).reasons.at(-1)).toContain('the operators of "b" are one instance, which lives in one lane');
    }
  });
});

test('stages that are no neighbours, or not in lanes, say nothing of it', () => {
  const apart = planned(
    flow([1]).pipe(
      cpu('a', double),
      io('b', double),
      cpu('c', double),
      filter((n) => n > 0),
      cpu('d', double),
    ),
  );
  const inline = planned(three(), { workers: 0 });
  const mixed = pair({ isolation: 'inline' });
  for (const plan of [apart, inline, mixed]) {
    for (const { fusedWith, reasons } of plan.stages) {
      expect(fusedWith).toEqual([]);
      expect(reasons.join()).not.toContain('visit');
    }
  }
});
