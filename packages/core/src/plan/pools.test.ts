import { describe, expect, test } from '@jest/globals';
import { map } from 'rxjs';
import { flow } from '../declare/flow/flow.js';
import { operators } from '../declare/steps/operators.js';
import { cpu } from '../declare/steps/stage.js';
import { PlanError } from '../errors.js';
import { explain } from './explain.js';
import { visitsOf } from './fusing.js';
import { double, planned, stageOf } from './plan.fixture.js';

const limits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

describe('pools', () => {
  test('are shared by the stages of one isolation and the same limits, in whatever order they are given', () => {
    const plan = planned(
      flow([1]).pipe(
        cpu('a', double, { workers: 1 }),
        cpu('b', double, { isolation: 'process' }),
        cpu('c', double, { resourceLimits: limits }),
        cpu('d', operators(map(double))),
        cpu('e', double, { resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 }, workers: 2 }),
        cpu('f', double, { isolation: 'process', resourceLimits: { maxOldGenerationSizeMb: 64 }, workers: 1 }),
        cpu('g', double, { isolation: 'inline' }),
      ),
    );
    expect(plan.pools).toEqual([
      { isolation: 'thread', workers: 2, resourceLimits: undefined, stages: ['a', 'd'] },
      { isolation: 'process', workers: 4, resourceLimits: undefined, stages: ['b'] },
      { isolation: 'thread', workers: 4, resourceLimits: limits, stages: ['c', 'e'] },
      { isolation: 'process', workers: 1, resourceLimits: { maxOldGenerationSizeMb: 64 }, stages: ['f'] },
    ]);
    expect(plan.workers).toBe(11);
    expect(plan.stages.map(({ executor }) => executor)).toEqual([
      ...['loop', 'threads', 'processes', 'threads', 'threads', 'threads', 'processes', 'inline', 'loop'],
    ]);
    expect(stageOf(plan, 'a').workers).toBe(1);
    expect(stageOf(plan, 'b').workers).toBe(4);
    expect(explain(plan).split('\n')[0]).toBe(
      'pipeline "test": 2 worker threads, 4 worker processes, ' +
        '4 worker threads with maxOldGenerationSizeMb 64, maxYoungGenerationSizeMb 8, 1 worker process with maxOldGenerationSizeMb 64',
    );
    expect(explain(plan)).toContain('cpu "b" on worker processes: workers 4');
  });

  test("a run's isolation holds for the stages that set none", () => {
    const plan = planned(flow([1]).pipe(cpu('a', double), cpu('b', double, { isolation: 'thread' })), { isolation: 'process' });
    expect(plan.pools.map(({ isolation, stages }) => [isolation, stages])).toEqual([
      ['process', ['a']],
      ['thread', ['b']],
    ]);
    expect(stageOf(plan, 'a').reasons[0]).toBe(
      'tagged cpu: it computes, so it runs on a pool of 4 lanes (this machine grants 4 cores), each a child process',
    );
    expect(stageOf(plan, 'b').reasons.at(-1)).toBe('not in one visit with "a": they run in different pools');
  });

  test('of one kind keep visits together; a reason names who shares the lanes', () => {
    const plan = planned(
      flow([1]).pipe(cpu('a', double, { resourceLimits: limits }), cpu('b', double, { resourceLimits: limits })),
    );
    expect(visitsOf(plan.stages)).toHaveLength(3);
    expect(stageOf(plan, 'a').reasons[0]).toContain('with memory limits of its own, shared with "b"');
  });

  test('are none with workers: 0', () => {
    const plan = planned(flow([1]).pipe(cpu('a', double, { isolation: 'process' })), { workers: 0 });
    expect(plan).toMatchObject({ workers: 0, pools: [] });
  });
});

test.each(['stackSizeMb', 'codeRangeSizeMb'])('a limit of %s, which processes do not have, is refused there', (name) => {
  const declared = flow([1]).pipe(cpu('a', double, { resourceLimits: { [name]: 8 } }));
  expect(() => planned(declared, { isolation: 'process' })).toThrow(PlanError);
  expect(() => planned(declared, { isolation: 'process' })).toThrow(
    `stage "a": "resourceLimits.${name}" holds for worker threads only`,
  );
  expect(planned(declared).pools[0]!.resourceLimits).toEqual({ [name]: 8 });
});
