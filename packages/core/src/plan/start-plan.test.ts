import { describe, expect, test } from '@jest/globals';
import { flow } from '../declare/flow/flow.js';
import { rateLimiter } from '../declare/options/rate.js';
import { cpu, io } from '../declare/steps/stage.js';
import { explain } from './explain.js';
import { double, planned, stageOf } from './plan.fixture.js';

describe('when items may start', () => {
  test('an io stage with a key runs one of a key at a time, or as many as it says', () => {
    const plan = planned(
      flow([1]).pipe(
        io('one', double, { key: String }),
        io('three', double, { key: String, concurrencyPerKey: 3 }),
        io('all', double),
      ),
    );
    expect(stageOf(plan, 'one')).toMatchObject({ order: 'key', concurrencyPerKey: 1 });
    expect(stageOf(plan, 'one').reasons).toContain(
      'items of one key run one after another, begun in order; other keys overtake them',
    );
    expect(stageOf(plan, 'three').reasons).toContain(
      'items of one key run 3 at once at most, begun in order; other keys overtake them',
    );
    expect(stageOf(plan, 'all')).toMatchObject({ order: 'input', concurrencyPerKey: undefined, rate: undefined });
    expect(explain(plan)).toContain('concurrencyPerKey 3');
  });

  test('in lanes, keys are dealt to them; on the main thread they run one after another', () => {
    const keyed = flow([1]).pipe(cpu('keyed', double, { key: String }));
    expect(stageOf(planned(keyed), 'keyed').concurrencyPerKey).toBeUndefined();
    expect(stageOf(planned(keyed, { workers: 0 }), 'keyed').concurrencyPerKey).toBe(1);
  });

  test('a rate is part of the plan, and its reason says for whom it holds', () => {
    const shared = rateLimiter({ limit: 3, perMs: 50 });
    const plan = planned(
      flow([1]).pipe(io('own', double, { rate: { limit: 5, perMs: 1000, key: String } }), io('shared', double, { rate: shared })),
    );
    expect(stageOf(plan, 'own').rate).toEqual({ limit: 5, perMs: 1000, keyed: true, shared: false });
    expect(stageOf(plan, 'shared').rate).toEqual({ limit: 3, perMs: 50, keyed: false, shared: true });
    const text = explain(plan);
    expect(text).toContain('at most 5 attempts start within any 1000 ms for each key; who waits for that takes no place');
    expect(text).toContain('at most 3 attempts start within any 50 ms, with all that have this limiter; who waits');
  });
});
