import { describe, expect, test } from '@jest/globals';
import { map } from 'rxjs';
import { P } from 'ts-pattern';
import { flow, merge } from '../declare/flow/flow.js';
import { cpu, io } from '../declare/steps/stage.js';
import { explain } from './explain.js';
import { double, nowhere, planned, rows, stageOf } from './plan.fixture.js';

const parted = () =>
  merge(flow(rows(10)), flow(rows(20)))
    .tee('copy', (f) => f.to(nowhere))
    .route((r) =>
      r
        .when('small', P.number.lt(10), (f) => f.pipe(cpu('score', double), cpu('rank', double)))
        .when('large', P.number.gte(10), (f) => f.to(nowhere))
        .exhaustive(),
    )
    .pipe(cpu('sum', double));

describe('a plan of a flow that parts and joins', () => {
  test('tells of each stage what feeds it, and of routes and tees where they lead', () => {
    const plan = planned(parted());
    expect(plan.stages.map(({ name, kind, from }) => [name, kind, from])).toEqual([
      ['rows (1)', 'source', []],
      ['rows (2)', 'source', []],
      ['merge-1', 'route', ['rows (1)', 'rows (2)']],
      ['tee-1', 'route', ['merge-1']],
      ['nowhere (copy)', 'sink', ['tee-1']],
      ['route-1', 'route', ['tee-1']],
      ['score', 'cpu', ['route-1']],
      ['rank', 'cpu', ['score']],
      ['sum', 'cpu', ['rank']],
      ['output', 'sink', ['sum']],
      ['nowhere (large)', 'sink', ['route-1']],
    ]);
    expect(stageOf(plan, 'route-1').branches).toEqual([
      { name: 'small', to: 'score' },
      { name: 'large', to: 'nowhere (large)' },
    ]);
    expect(stageOf(plan, 'tee-1').branches).toEqual([
      { name: 'copy', to: 'nowhere (copy)' },
      { name: undefined, to: 'route-1' },
    ]);
  });

  test('fuses neighbours by what joins them, not by how they are listed', () => {
    expect(stageOf(planned(parted()), 'score').fusedWith).toEqual(['rank', 'sum']);
    const apart = planned(
      flow(rows(1))
        .pipe(cpu('first', double))
        .tee('copy', (f) => f.pipe(cpu('beside', double)).to(nowhere))
        .pipe(cpu('after', double)),
    );
    for (const name of ['first', 'beside', 'after']) expect(stageOf(apart, name).fusedWith).toEqual([]);
  });

  test('G16 the bound sums over all sources, queues and branches', () => {
    const { bound } = planned(merge(flow(rows(10)), flow(rows(20))).route((r) => r.otherwise('all', (f) => f.to(nowhere))));
    expect(bound.terms).toEqual([
      { stage: 'rows (1)', items: 10, why: 'at most 10 items a pull, as the connector says' },
      { stage: 'rows (2)', items: 20, why: 'at most 20 items a pull, as the connector says' },
      { stage: 'merge-1', items: 2048, why: 'may wait in its 2 queues' },
      { stage: 'route-1', items: 1024, why: 'may wait before it' },
      { stage: 'route-1', items: 1, why: 'outputs may be held' },
      { stage: 'nowhere', items: 1024, why: 'may wait before it' },
      { stage: 'nowhere', items: 1024, why: 'in one write' },
    ]);
  });

  test('explain shows where it parts and joins', () => {
    const text = explain(planned(parted(), { workers: 0 }));
    expect(text).toContain('route "merge-1" on the main thread, from "rows (1)" and "rows (2)": capacity 1024');
    expect(text).toContain('takes from "rows (1)", "rows (2)" in turns, and ends when all have ended');
    expect(text).toContain('each item, the same object, goes to all: branch "copy" to "nowhere (copy)", on to "route-1"');
    expect(text).toContain(
      'each item goes to the first branch that takes it: branch "small" to "score", branch "large" to "nowhere (large)"',
    );
    expect(text).toContain('an item that no branch takes fails');
    expect(text).toContain('sink "nowhere (large)" on the event loop, from "route-1"');
    expect(text).toContain('commits when all sinks have written everything');
  });

  test('of a chain nothing of that is told', () => {
    expect(explain(planned(flow([1]).pipe(map(double), io('a', double)).to(nowhere)))).not.toContain(', from');
  });

  test('more sources than tags can tell apart are refused', () => {
    const [first, ...rest] = Array.from({ length: 257 }, () => flow([1]));
    expect(() => planned(merge(first!, ...rest))).toThrow('a flow has 256 sources at most, and this one merges 257');
  });
});
