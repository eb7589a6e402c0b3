import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { map } from 'rxjs';
import { flow } from '../declare/flow/flow.js';
import { operators } from '../declare/steps/operators.js';
import { cpu, io } from '../declare/steps/stage.js';
import { double, nowhere, planned, rows, stageOf, wholeDeclaration, wholeFlow } from './plan.fixture.js';
import { planFlow } from './planner.js';

describe('placement', () => {
  test('each kind of stage goes where it belongs, in the order of the flow', () => {
    const plan = planned(wholeFlow());
    expect(plan.stages.map(({ name, kind, executor }) => [name, kind, executor])).toEqual([
      ['rows', 'source', 'loop'],
      ['parse', 'cpu', 'threads'],
      ['inline-1', 'inline', 'inline'],
      ['fetch', 'io', 'loop'],
      ['nowhere', 'sink', 'loop'],
    ]);
    expect(plan.pipeline).toBe('test');
    expect(plan.guarantee).toBe('none: nothing is stored');
  });

  test('a flow without a sink ends in its output', () => {
    const plan = planned(flow([1]));
    expect(plan.stages.map(({ name, kind }) => [name, kind])).toEqual([
      ['source', 'source'],
      ['output', 'sink'],
    ]);
    expect(stageOf(plan, 'output')).toMatchObject({ capacity: 1024, batch: undefined, onError: undefined });
  });

  test('workers: 0 puts every cpu stage on the main thread, whatever it asks for', () => {
    const declared = flow([1]).pipe(
      cpu('plain', double),
      cpu('insists', double, { isolation: 'thread', workers: 2 }),
      cpu('chain', operators(map(double))),
    );
    const plan = planned(declared, { workers: 0 });
    expect(plan.workers).toBe(0);
    for (const name of ['plain', 'insists', 'chain']) {
      expect(stageOf(plan, name).executor).toBe('inline');
      expect(stageOf(plan, name).reasons[0]).toBe(
        'tagged cpu, but the run has workers: 0: it runs on the main thread, values still cloned',
      );
    }
    expect(stageOf(plan, 'chain').workers).toBeUndefined();
  });

  test("a stage's isolation overrules the run's", () => {
    const declared = flow([1]).pipe(cpu('own', double, { isolation: 'inline' }), cpu('other', double));
    expect(planned(declared).stages.map(({ executor }) => executor)).toEqual(['loop', 'inline', 'threads', 'loop']);
    const inverted = flow([1]).pipe(cpu('own', double, { isolation: 'thread' }), cpu('other', double));
    const plan = planned(inverted, { isolation: 'inline' });
    expect(plan.stages.map(({ executor }) => executor)).toEqual(['loop', 'threads', 'inline', 'loop']);
    expect(stageOf(plan, 'other').reasons[0]).toContain("isolation is 'inline'");
  });

  test('reasons tell where the number of lanes comes from', () => {
    const declared = flow([1]).pipe(cpu('a', double));
    expect(stageOf(planned(declared, {}, 1), 'a').reasons[0]).toBe(
      'tagged cpu: it computes, so it runs on a pool of 1 lane (this machine grants 1 core)',
    );
    expect(stageOf(planned(declared, { workers: 3 }, 8), 'a').reasons[0]).toBe(
      'tagged cpu: it computes, so it runs on a pool of 3 lanes (the run asks for 3)',
    );
  });

  test('neighbouring operators are one stage, and it says so', () => {
    expect(stageOf(planned(wholeFlow()), 'inline-1').reasons).toEqual([
      'untagged operators run on the main thread, 2 neighbours in one',
      'one instance of its operators, fed in order: they may be stateful',
    ]);
  });
});

describe('lanes', () => {
  test('a pool has the lanes that its stages can use, and no more than the cores', () => {
    const two = flow([1]).pipe(cpu('a', double, { workers: 1 }), cpu('b', double, { workers: 2 }));
    expect(planned(two, {}, 8).workers).toBe(3);
    expect(planned(two, {}, 2).workers).toBe(2);
    expect(planned(flow([1]).pipe(cpu('a', double)), {}, 8).workers).toBe(8);
    expect(planned(flow([1]).pipe(cpu('a', operators(map(double)))), {}, 8).workers).toBe(1);
    expect(planned(flow([1]).pipe(io('a', double)), {}, 8).workers).toBe(0);
  });

  test('the run may ask for more lanes than there are cores', () => {
    const plan = planned(flow([1]).pipe(cpu('a', double)), { workers: 4 }, 2);
    expect(plan.workers).toBe(4);
    expect(stageOf(plan, 'a').workers).toBe(4);
  });

  test('a stage that asks for more lanes than the pool has gets those of the pool', () => {
    expect(stageOf(planned(flow([1]).pipe(cpu('a', double, { workers: 64 })), {}, 4), 'a').workers).toBe(4);
  });

  test('a stage on the main thread needs none', () => {
    const declared = flow([1]).pipe(cpu('here', double, { isolation: 'inline' }), cpu('there', double, { workers: 2 }));
    const plan = planned(declared, {}, 8);
    expect(plan.workers).toBe(2);
    expect(stageOf(plan, 'here').workers).toBe(1);
  });
});

describe('limits', () => {
  test('defaults: io', () => {
    expect(stageOf(planned(wholeFlow()), 'fetch')).toMatchObject({
      concurrency: 16,
      window: 32,
      capacity: 1024,
      workers: undefined,
      batch: undefined,
      order: 'input',
      onError: 'fail',
    });
  });

  test('defaults: cpu', () => {
    expect(stageOf(planned(wholeFlow()), 'parse')).toMatchObject({
      concurrency: undefined,
      window: 4 * 2048,
      workers: 4,
      batch: 1024,
      order: 'input',
      onError: 'fail',
    });
  });

  test('defaults: operators on the main thread and in a lane', () => {
    const plan = planned(flow([1]).pipe(map(double), cpu('chain', operators(map(double)))));
    const common = { window: undefined, concurrency: undefined, maxHeld: 65_536, order: undefined, onError: undefined };
    expect(stageOf(plan, 'inline-1')).toMatchObject({ ...common, fedAhead: undefined, workers: undefined });
    expect(stageOf(plan, 'chain')).toMatchObject({ ...common, fedAhead: 1024, workers: 1 });
  });

  test('defaults: sink', () => {
    expect(stageOf(planned(wholeFlow()), 'nowhere')).toMatchObject({ capacity: 1024, batch: 1024, onError: 'fail' });
  });

  test('what is set is taken', () => {
    const declared = flow([1])
      .pipe(
        io('a', double, { concurrency: 3, window: 5, capacity: 7, order: 'none' }),
        cpu('b', double, { window: 9, batch: 2, workers: 2, capacity: 11 }),
        cpu('c', operators(map(double)), { maxHeld: 13 }),
      )
      .to(nowhere, { capacity: 15, batch: { items: 17 } });
    const plan = planned(declared);
    expect(stageOf(plan, 'a')).toMatchObject({ concurrency: 3, window: 5, capacity: 7, order: 'none' });
    expect(stageOf(plan, 'b')).toMatchObject({ window: 9, batch: 2, workers: 2, capacity: 11 });
    expect(stageOf(plan, 'c')).toMatchObject({ maxHeld: 13 });
    expect(stageOf(plan, 'nowhere')).toMatchObject({ capacity: 15, batch: 17 });
    expect(stageOf(plan, 'a').reasons).toContain('window of 5, as its options say');
    expect(stageOf(plan, 'b').reasons).toContain('batches of up to 2 items, as its options say');
  });

  test('rules are told with their result', () => {
    const plan = planned(wholeFlow());
    expect(stageOf(plan, 'fetch').reasons).toContain('window of 32: 2 × concurrency');
    expect(stageOf(plan, 'parse').reasons).toContain('window of 8192: workers × 2048');
    expect(stageOf(plan, 'parse').reasons).toContain('batches of up to 1024 items, sized by how long the task takes');
  });

  test('S1 a window that is set alone lowers the default concurrency to it, and never raises it', () => {
    const planOf = (window: number) => stageOf(planned(flow([1]).pipe(io('a', double, { window }))), 'a');
    expect([1, 4, 16, 100].map((window) => planOf(window).concurrency)).toEqual([1, 4, 16, 16]);
    expect(planOf(4)).toMatchObject({ window: 4, reasons: expect.arrayContaining(['window of 4, as its options say']) });
  });

  test('a batch is no larger than the window, and the reason gives the size that holds', () => {
    const plan = planned(flow([1]).pipe(cpu('auto', double, { window: 8 }), cpu('set', double, { window: 4, batch: 64 })));
    expect(stageOf(plan, 'auto').batch).toBe(8);
    expect(stageOf(plan, 'auto').reasons.at(-1)).toBe('batches of up to 8 items, the whole window');
    expect(stageOf(plan, 'set').batch).toBe(4);
    expect(stageOf(plan, 'set').reasons).toContain('batches of up to 4 items, the whole window');
  });
});

describe('what a source says of its pulls', () => {
  test.each([
    [flow(rows(100)), 'reads at most 100 items a pull, as the connector says', 100],
    [flow(rows()), 'reads as many items a pull as the connector likes', null],
    [flow([1, 2]), 'reads at most 256 items a pull from an iterable', 256],
    [flow(() => [1]), 'reads at most 256 items a pull from what the function returns', 256],
    [
      flow({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true as const, value: undefined }) }) }),
      'reads one item a pull from an async iterable',
      1,
    ],
  ])('source %#', (declared, reason, items) => {
    const plan = planned(declared);
    expect(plan.stages[0]!.reasons).toEqual([reason]);
    expect(plan.bound.terms[0]!.items).toBe(items);
  });
});

describe('a plan is pure', () => {
  test('R5 the same input gives an equal plan, and the input is untouched', () => {
    const declaration = wholeDeclaration();
    const before = shapeOf(declaration);
    const first = planFlow('p', declaration, { workers: 2 }, { cores: 4 });
    expect(planFlow('p', declaration, { workers: 2 }, { cores: 4 })).toEqual(first);
    expect(shapeOf(declaration)).toEqual(before);
  });

  test('it is data: it can be cloned', () => {
    const plan = planned(wholeFlow());
    expect(structuredClone(plan)).toEqual(plan);
  });

  test('no module of the planner reads a clock, the system or chance', () => {
    const folder = new URL('.', import.meta.url);
    const modules = readdirSync(folder).filter((file) => /^[a-z-]+\.js$/.test(file));
    expect(modules).toContain('planner.js');
    for (const module of modules) {
      const text = readFileSync(new URL(module, folder), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect(text).not.toMatch(/from 'node:|\bDate\b|\bperformance\b|\bprocess\.|Math\.random|setTimeout|setImmediate/);
    }
  });
});

/** Everything of a declaration but its functions. */
function shapeOf(value: unknown): string {
  return JSON.stringify(value, (_, member) => (typeof member === 'function' ? 'function' : member));
}
