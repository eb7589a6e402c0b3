import { describe, expect, test } from '@jest/globals';
import { concatMap, map } from 'rxjs';
import { flow, merge } from '../declare/flow/flow.js';
import { batch } from '../declare/steps/batch.js';
import { operators } from '../declare/steps/operators.js';
import { cpu, io } from '../declare/steps/stage.js';
import { explain } from './explain.js';
import { nowhere, planned, rows, stageOf } from './plan.fixture.js';
import type { Plan } from './plan.js';

const thousands = () => flow(rows(10)).pipe(batch({ items: 1000 }));
const count = (all: readonly number[]): number => all.length;
const pass = <T>(value: T): T => value;

/** What may wait before each stage, and how many items each of that is. */
function waiting({ stages }: Plan): Record<string, readonly [number | undefined, number | undefined]> {
  return Object.fromEntries(stages.map(({ name, capacity, itemsEach }) => [name, [capacity, itemsEach]]));
}

describe('B30 behind a batch', () => {
  test('as many arrays may wait as hold the items that may wait elsewhere, two at least', () => {
    const capacities = [1, 10, 600, 1000, 5000].map((items) => {
      const plan = planned(flow(rows(10)).pipe(batch({ items }), io('insert', count)));
      return stageOf(plan, 'insert').capacity;
    });
    expect(capacities).toEqual([1024, 103, 2, 2, 2]);
  });

  test('the arrays go on through all that parts and joins the flow, up to the first task', () => {
    const plan = planned(
      merge(thousands(), flow(rows(20)).pipe(batch({ items: 100 })))
        .tee('copy', (f) => f.to(nowhere))
        .route((r) => r.otherwise('all', (f) => f.pipe(io('insert', count))))
        .pipe(io('after', pass)),
    );
    expect(waiting(plan)).toMatchObject({
      'batch-1': [1024, undefined],
      'merge-1': [2, 1000],
      'tee-1': [2, 1000],
      nowhere: [2, 1000],
      'route-1': [2, 1000],
      insert: [2, 1000],
      after: [1024, undefined],
      output: [1024, undefined],
    });
  });

  test('or the first operators', () => {
    const plan = planned(thousands().pipe(concatMap(pass), io('store', pass)));
    expect(waiting(plan)).toMatchObject({ 'inline-1': [2, 1000], store: [1024, undefined] });
  });

  test('a batch of batches holds all of their items', () => {
    const plan = planned(flow(rows(10)).pipe(batch({ items: 20 }), batch({ items: 30 })));
    expect(waiting(plan)).toMatchObject({ 'batch-2': [52, 20], output: [2, 600] });
    expect(plan.bound.terms.slice(-3)).toEqual([
      { stage: 'batch-2', items: 1040, why: 'may wait before it, in arrays of up to 20' },
      { stage: 'batch-2', items: 600, why: 'in the batch that fills, in arrays of up to 20' },
      { stage: 'output', items: 1200, why: 'may wait before it, in arrays of up to 600' },
    ]);
  });

  test('windows of cpu tasks, what is fed ahead to operators in lanes and writes of a sink hold as many items, too', () => {
    const task = planned(thousands().pipe(cpu('sum', count)));
    expect(stageOf(task, 'sum')).toMatchObject({ workers: 4, window: 12, batch: 12 });
    const chain = planned(thousands().pipe(cpu('chain', operators(map(count)))));
    expect(stageOf(chain, 'chain')).toMatchObject({ fedAhead: 2 });
    const sink = planned(thousands().to(nowhere));
    expect(stageOf(sink, 'nowhere')).toMatchObject({ capacity: 2, batch: 2 });
  });

  test('what is set is in arrays', () => {
    const plan = planned(
      thousands()
        .pipe(cpu('sum', pass<number[]>, { capacity: 7, window: 9 }))
        .to(nowhere),
    );
    expect(stageOf(plan, 'sum')).toMatchObject({ capacity: 7, window: 9 });
    const sink = planned(thousands().to(nowhere, { capacity: 5, batch: { items: 6 } }));
    expect(stageOf(sink, 'nowhere')).toMatchObject({ capacity: 5, batch: 6 });
    expect(sink.bound.terms.slice(-2)).toEqual([
      { stage: 'nowhere', items: 5000, why: 'may wait before it, in arrays of up to 1000' },
      { stage: 'nowhere', items: 6000, why: 'in one write, in arrays of up to 1000' },
    ]);
  });

  test('the bound counts the items in the arrays, and the plan says of whom it cannot see whether it gives arrays on', () => {
    const plan = planned(thousands().pipe(io('insert', count, { concurrency: 1 })));
    expect(plan.bound.terms).toEqual([
      { stage: 'rows', items: 10, why: 'at most 10 items a pull, as the connector says' },
      { stage: 'batch-1', items: 1024, why: 'may wait before it' },
      { stage: 'batch-1', items: 1000, why: 'in the batch that fills' },
      { stage: 'insert', items: 2000, why: 'may wait before it, in arrays of up to 1000' },
      { stage: 'insert', items: 2002, why: 'inputs and outputs of its window, inputs being arrays of up to 1000' },
      { stage: 'output', items: 1024, why: 'may wait before it' },
    ]);
    expect(explain(plan)).toContain(
      'what comes to it are arrays of up to 1000 items; what it gives counts as one item each, an array too',
    );
  });

  test('dead letters of arrays count with all of their items', () => {
    const failing = flow(rows(10), { deadLetters: nowhere }).pipe(
      batch({ items: 10 }),
      io('insert', count, { onError: 'deadLetter' }),
    );
    const { terms } = planned(failing).bound;
    expect(terms).toContainEqual({
      stage: 'insert',
      items: 384,
      why: 'inputs of its window, kept for dead letters, and outputs, inputs being arrays of up to 10',
    });
    expect(terms.at(-1)).toEqual({ stage: 'nowhere', items: 10_240, why: 'dead letters may wait, of arrays of up to 10' });
  });
});

test('without a batch nothing is said of arrays', () => {
  const plan = planned(flow(rows(10)).pipe(io('a', pass), cpu('b', pass)).to(nowhere));
  for (const stage of plan.stages) expect(stage).not.toHaveProperty('itemsEach');
  expect(explain(plan)).not.toContain('arrays');
});
