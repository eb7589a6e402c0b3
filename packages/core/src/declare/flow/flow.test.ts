import { describe, expect, test } from '@jest/globals';
import { filter, map, of, take } from 'rxjs';
import { PlanError } from '../../errors.js';
import type { FlowDeclaration } from '../declaration.js';
import type { RunOptions } from '../options/limits.js';
import type { Sink } from '../sink.js';
import { compose } from '../steps/compose.js';
import { operators } from '../steps/operators.js';
import { cpu, io } from '../steps/stage.js';
import { declarationOf, type Flow, flow, isFlow, type SinkFlow } from './flow.js';
import { provideFlowRunner } from './flow-runner.js';

const same = (n: number): number => n;
const names = (f: Flow<unknown> | SinkFlow): (string | undefined)[] => {
  const { places, output } = declarationOf(f);
  const all = places.map(({ name }) => name);
  return output === undefined ? all : [...all.slice(0, -1), undefined];
};
const untyped = (f: Flow<unknown>, method: 'pipe' | 'to', ...args: unknown[]): unknown => Reflect.apply(f[method], f, args);

function sinkOf(name: string): Sink<unknown> {
  return { name, open: async () => ({ write: async () => {}, commit: async () => {}, abort: async () => {} }) };
}
const named = (name: string): { name: string; open: () => AsyncGenerator<never> } => ({ name, open: async function* () {} });

describe('pipe', () => {
  test('neighbouring untagged operators are one stage, also across calls and compositions', () => {
    const [a, b, c, d, e] = [map(same), filter((n: number) => n > 0), take<number>(1), map(same), map(same)];
    const f = flow([1])
      .pipe(a)
      .pipe(b, compose(c, io('io', same)), cpu('cpu', same), d)
      .pipe(e);
    expect(names(f)).toEqual(['source', 'inline-1', 'io', 'cpu', 'inline-2', undefined]);
    const { stages } = declarationOf(f);
    expect(stages[0]).toEqual({
      kind: 'inline',
      name: 'inline-1',
      body: { kind: 'operators', operators: [a, b, c] },
      options: {},
    });
    expect(stages[3]?.body).toEqual({ kind: 'operators', operators: [d, e] });
  });

  test('a flow does not change', () => {
    const base = flow([1]).pipe(map(same));
    const [left, right] = [base.pipe(map(same), io('left', same)), base.pipe(io('right', same))];
    expect(declarationOf(base).stages[0]?.body).toMatchObject({ operators: [expect.any(Function)] });
    expect([names(left), names(right)]).toEqual([
      ['source', 'inline-1', 'left', undefined],
      ['source', 'inline-1', 'right', undefined],
    ]);
  });

  test('what is no operator is refused by its place', () => {
    expect(() => untyped(flow([1]), 'pipe', map(same), undefined)).toThrow(
      'pipe(...): argument 2 must be an RxJS operator, io(...)',
    );
    expect(() => untyped(flow([1]), 'pipe', of(1))).toThrow('got an Observable');
    expect(() => untyped(flow([1]), 'pipe', operators(map(same)))).toThrow('io(name, operators(...))');
  });

  test('two stages of one name are refused with both', () => {
    expect(() => flow([1]).pipe(io('a', same)).pipe(map(same), cpu('a', same))).toThrow(
      new PlanError('two stages are named "a": the io stage at step 1 and the cpu stage at step 3; rename one of them'),
    );
    expect(() => flow([1]).pipe(map(same), io('inline-1', same))).toThrow(
      'the untagged operators at step 1 (so named by Millrace) and the io stage at step 2',
    );
  });
});

describe('names of source and sink', () => {
  test('they give way to stages, and the sink to the source', () => {
    const f = flow(named('csv')).pipe(io('source', String)).to(sinkOf('csv'));
    expect(names(f)).toEqual(['csv', 'source', 'csv (sink)']);
    expect(names(flow([1]).pipe(io('source', same)).to(sinkOf('source')))).toEqual([
      'source (source)',
      'source',
      'source (sink)',
    ]);
    expect(names(flow([1]).pipe(io('a', same), io('a (sink)', same)).to(sinkOf('a')))).toEqual([
      'source',
      'a',
      'a (sink)',
      'a (sink) (sink)',
    ]);
  });
});

describe('to', () => {
  test('ends a flow by a sink with its options', () => {
    const sink = sinkOf('out');
    const closed = flow([1]).to(sink, { batch: { items: 5 } });
    expect(declarationOf(closed).sinks).toEqual([{ name: 'out', sink, options: { batch: { items: 5 } } }]);
    expect(isFlow(closed)).toBe(true);
    expect('pipe' in closed).toBe(false);
  });

  test('what is no sink is refused', () => {
    for (const bad of [undefined, null, () => {}, {}, { name: 'x' }, { open: () => {} }, of(1)]) {
      expect(() => untyped(flow([1]), 'to', bad)).toThrow(/^to\(sink\): it must be a Sink/);
    }
    expect(() => untyped(flow([1]), 'to', { ...sinkOf('x'), name: '' })).toThrow('sink: the name must be a non-empty string');
    expect(() => untyped(flow([1]), 'to', sinkOf('x'), { batch: { items: 0 } })).toThrow('sink "x": option "batch.items"');
  });
});

describe('isFlow', () => {
  test('tells flows from all else', () => {
    expect(isFlow(flow([1]))).toBe(true);
    for (const other of [undefined, null, {}, [], () => flow([1]), Promise.resolve(flow([1]))]) expect(isFlow(other)).toBe(false);
  });
});

describe('reading', () => {
  const asked: [FlowDeclaration, RunOptions][] = [];
  provideFlowRunner({
    iterate: (declaration, options) => {
      asked.push([declaration, options]);
      const [source] = declaration.sources;
      if (source?.kind !== 'iterable') throw new Error('an iterable was expected');
      const { iterable } = source;
      return (async function* () {
        yield* iterable;
      })();
    },
  });

  test('each reading runs the same flow with the options it is given', async () => {
    const f = flow([1, undefined, null]);
    const looped: unknown[] = [];
    for await (const item of f) looped.push(item);
    expect(looped).toEqual([1, undefined, null]);
    expect(await f.toArray({ workers: 0, signal: undefined })).toEqual([1, undefined, null]);
    const seen: unknown[] = [];
    await f.toObservable({ graceMs: 5 }).forEach((item) => void seen.push(item));
    expect(seen).toEqual([1, undefined, null]);
    expect(asked.map(([declaration, options]) => [declaration === declarationOf(f), options])).toEqual([
      [true, {}],
      [true, { workers: 0 }],
      [true, { graceMs: 5 }],
    ]);
  });

  test('bad options are refused before anything runs', async () => {
    const before = asked.length;
    await expect(flow([1]).toArray({ workers: -1 })).rejects.toThrow('run: option "workers" must be an integer ≥ 0, got -1');
    expect(() => flow([1]).toObservable({ workers: -1 })).toThrow(PlanError);
    expect(asked).toHaveLength(before);
  });
});
