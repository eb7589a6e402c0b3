import { describe, expect, test } from '@jest/globals';
import { map, of } from 'rxjs';
import { PlanError } from '../../errors.js';
import { declarationOf, flow } from '../flow/flow.js';
import { batch } from './batch.js';
import { compose } from './compose.js';
import { operators } from './operators.js';
import { io } from './stage.js';

const same = <T>(item: T): T => item;

describe('batch', () => {
  test('is a stage of its own, named along the flow, also within a composition and across calls', () => {
    const f = flow([1])
      .pipe(map(same), batch({ items: 2 }), batch({ ms: 5 }))
      .pipe(compose(io('io', same), batch({ items: 3, ms: 4 })));
    const { stages } = declarationOf(f);
    expect(stages.map(({ name }) => name)).toEqual(['inline-1', 'batch-1', 'batch-2', 'io', 'batch-3']);
    expect(stages[4]).toEqual({ kind: 'batch', name: 'batch-3', body: { kind: 'batch' }, options: { items: 3, ms: 4 } });
  });

  test('a stage of its name is refused with both', () => {
    expect(() => flow([1]).pipe(batch({ items: 2 }), io('batch-1', same))).toThrow(
      'two stages are named "batch-1": the batch stage at step 1 (so named by Millrace) and the io stage at step 2',
    );
  });

  test('it is refused on an Observable, and within a stage', () => {
    expect(() => of(1).pipe(batch({ items: 2 }))).toThrow(
      new PlanError(
        'batch(...) was applied to an Observable, which cannot be slowed down: write flow(source).pipe(batch(...)); ' +
          "to put operators together first, use compose(...) in place of RxJS's pipe(...), which loses the tag",
      ),
    );
    expect(() => io('a', operators(map(same), batch({ items: 2 })))).toThrow("or take RxJS's bufferCount(...)");
  });
});
