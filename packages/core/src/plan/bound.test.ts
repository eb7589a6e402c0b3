import { describe, expect, test } from '@jest/globals';
import { map } from 'rxjs';
import { flow } from '../declare/flow/flow.js';
import { operators } from '../declare/steps/operators.js';
import { cpu, io } from '../declare/steps/stage.js';
import { double, nowhere, planned, rows } from './plan.fixture.js';

describe('the bound', () => {
  test('R2 is one pull, and for each stage what may wait, run, be fed ahead and be held', () => {
    const declared = flow(rows(10))
      .pipe(
        io('fetch', double, { capacity: 20, concurrency: 2, window: 4 }),
        map(double),
        cpu('chain', operators(map(double)), { capacity: 30, maxHeld: 40 }),
      )
      .to(nowhere, { capacity: 50, batch: { items: 60 } });
    const { bound } = planned(declared);
    expect(bound.terms).toEqual([
      { stage: 'rows', items: 10, why: 'at most 10 items a pull, as the connector says' },
      { stage: 'fetch', items: 20, why: 'may wait before it' },
      { stage: 'fetch', items: 8, why: 'inputs and outputs of its window' },
      { stage: 'inline-1', items: 1024, why: 'may wait before it' },
      { stage: 'inline-1', items: 65_536, why: 'outputs may be held' },
      { stage: 'chain', items: 30, why: 'may wait before it' },
      { stage: 'chain', items: 1024, why: 'may lie in its lane' },
      { stage: 'chain', items: 40, why: 'outputs may be held' },
      { stage: 'nowhere', items: 50, why: 'may wait before it' },
      { stage: 'nowhere', items: 60, why: 'in one write' },
    ]);
    expect(bound.items).toBe(bound.terms.reduce((sum, { items }) => sum + items!, 0));
    expect(bound.retaining).toEqual(['inline-1', 'chain']);
  });

  test('has no number when the connector does not say how many items a pull brings', () => {
    const { bound } = planned(flow(rows()).to(nowhere));
    expect(bound.items).toBeNull();
    expect(bound.terms).toEqual([
      { stage: 'rows', items: null, why: 'as many items a pull as the connector likes' },
      { stage: 'nowhere', items: 1024, why: 'may wait before it' },
      { stage: 'nowhere', items: 1024, why: 'in one write' },
    ]);
  });

  test('leaves out what is nothing', () => {
    const { bound } = planned(flow([1]));
    expect(bound.terms).toEqual([
      { stage: 'source', items: 256, why: 'at most 256 items a pull from an iterable' },
      { stage: 'output', items: 1024, why: 'may wait before it' },
    ]);
    expect(bound).toMatchObject({ items: 1280, retaining: [] });
  });
});
