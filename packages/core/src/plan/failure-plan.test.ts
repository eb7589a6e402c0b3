import { describe, expect, test } from '@jest/globals';
import { filter } from 'rxjs';
import { flow } from '../declare/flow/flow.js';
import { cpu, io } from '../declare/steps/stage.js';
import { explain } from './explain.js';
import { letterCapacity } from './failure-plan.js';
import { double, nowhere, planned, stageOf } from './plan.fixture.js';

const rejects = { ...nowhere, name: 'rejects' };

describe('the plan of failure', () => {
  test('takes onError of each task; `fail` where it says nothing', () => {
    const plan = planned(
      flow([1], { deadLetters: rejects }).pipe(
        io('a', double),
        io('b', double, { onError: 'skip' }),
        cpu('c', double, { onError: 'deadLetter' }),
        filter((n) => n > 0),
      ),
    );
    expect(plan.stages.map(({ onError }) => onError)).toEqual([undefined, 'fail', 'skip', 'deadLetter', undefined, undefined]);
  });

  const stages = [io('parse', double, { onError: 'deadLetter' }), cpu('parse', double, { onError: 'deadLetter' })];
  test.each(stages)('F12 refuses dead letters that have nowhere to go', (stage) => {
    expect(() => planned(flow([1]).pipe(stage))).toThrow(
      expect.objectContaining({
        code: 'ERR_PLAN',
        message: expect.stringMatching(/^stage "parse": onError is "deadLetter".*flow\(source, \{ deadLetters: /),
      }),
    );
  });

  test('F13 gives a stage that skips or dead-letters a visit of its own, and says why', () => {
    for (const onError of ['skip', 'deadLetter'] as const) {
      const plan = planned(
        flow([1], { deadLetters: rejects }).pipe(cpu('a', double), cpu('b', double, { onError }), cpu('c', double, { onError })),
      );
      expect(plan.stages.map(({ fusedWith }) => fusedWith)).toEqual([[], [], [], [], []]);
      const why = `"b" has onError "${onError}"`;
      expect(stageOf(plan, 'b').reasons.join()).toContain(`not in one visit with "a": ${why}`);
      expect(stageOf(plan, 'c').reasons.join()).toContain(`not in one visit with "b": ${why}`);
    }
    const plan = planned(flow([1]).pipe(cpu('a', double), cpu('b', double, { onError: 'fail' })));
    expect(stageOf(plan, 'b').fusedWith).toEqual(['a']);
  });

  test('F17 counts letters that wait, and inputs that are kept for them', () => {
    const without = planned(flow([1]).pipe(io('a', double, { window: 50, concurrency: 5 })));
    const plan = planned(
      flow([1], { deadLetters: rejects }).pipe(io('a', double, { window: 50, concurrency: 5, onError: 'deadLetter' })),
    );
    expect(plan.bound.items! - without.bound.items!).toBe(50 + letterCapacity);
    expect(plan.bound.terms).toContainEqual({ stage: 'rejects', items: letterCapacity, why: 'dead letters may wait' });
    expect(plan.deadLetters).toEqual({ sink: 'rejects', capacity: letterCapacity });
  });

  test('is told by explain', () => {
    const declared = flow([1], { deadLetters: rejects, maxErrors: '1%' }).pipe(
      io('a', double, { onError: 'skip' }),
      io('b', double, { onError: 'deadLetter' }),
    );
    const text = explain(planned(declared));
    expect(text).toContain('onError skip');
    expect(text).toContain('an item that fails for good is dropped and counted');
    expect(text).toContain('an item that fails for good becomes a dead letter');
    expect(text).toContain('dead letters: to rejects, which commits with the run');
    expect(text).toContain('max errors: 1% of the items read skipped or dead-lettered, judged from 1,000 read on and at the end');
    expect(explain(planned(flow([1], { maxErrors: 3 })))).toContain('max errors: 3 items skipped or dead-lettered');
  });
});
