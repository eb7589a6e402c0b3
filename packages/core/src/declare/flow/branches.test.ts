import { describe, expect, test } from '@jest/globals';
import { map } from 'rxjs';
import { P } from 'ts-pattern';
import { PlanError } from '../../errors.js';
import type { Sink } from '../sink.js';
import type { Source } from '../source.js';
import { batch } from '../steps/batch.js';
import { io } from '../steps/stage.js';
import { declarationOf, Flow, flow, merge, SinkFlow } from './flow.js';

const same = (n: number): number => n;
const untyped = (f: Flow<unknown>, method: 'route' | 'tee', ...args: unknown[]): unknown => Reflect.apply(f[method], f, args);

function sinkOf(name: string): Sink<unknown> {
  return { name, open: async () => ({ write: async () => {}, commit: async () => {}, abort: async () => {} }) };
}
const named = (name: string): Source<number> => ({ name, open: async function* () {} });

/** Each place with what feeds it. */
const graph = (f: Flow<unknown> | SinkFlow): string[] =>
  declarationOf(f).places.map(({ name, from }) => (from.length === 0 ? name : `${from.join(' + ')} → ${name}`));

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(PlanError);
    return (error as PlanError).message;
  }
  throw new Error('it was not refused');
}

describe('a function in the pattern of a branch', () => {
  const positive = (n: unknown): boolean => typeof n === 'number' && n > 0;
  const when = (pattern: unknown) =>
    untyped(flow<unknown>([1]), 'route', (r: { when: (...args: unknown[]) => { exhaustive: () => unknown } }) =>
      r.when('some', pattern, (b: unknown) => b).exhaustive(),
    );

  test.each([[positive], [{ total: positive }], [[positive]], [{ order: { total: positive } }]])(
    'is refused, as it would match itself alone: %p',
    (pattern) => {
      expect(refusal(() => when(pattern))).toBe(
        'when(name, pattern, build): a function in a pattern matches that function alone: ' +
          "write P.when(condition), with P from 'ts-pattern'",
      );
    },
  );

  test('stands where ts-pattern says so', () => {
    for (const pattern of [
      P.when(positive),
      { total: P.number.positive(), ids: P.array(P.string) },
      [P._, ...P.array(P.number)],
      null,
      /a/,
    ])
      expect(() => when(pattern)).not.toThrow();
  });
});

describe('the graph of a flow', () => {
  test('of a route has its branches one after the other, and the open ones merged', () => {
    const f = flow([1, 2, 3])
      .pipe(map(same))
      .route((r) =>
        r
          .when('one', 1, (b) => b.pipe(io('a', same), map(same)))
          .when('two', 2, (b) => b.to(sinkOf('out')))
          .otherwise('rest', (b) => b),
      );
    expect(f).toBeInstanceOf(Flow);
    expect(graph(f)).toEqual([
      'source',
      'source → inline-1',
      'inline-1 → route-1',
      'route-1 → a',
      'a → one/inline-1',
      'route-1 → out',
      'one/inline-1 + route-1 → merge-1',
      'merge-1 → output',
    ]);
    const { junctions, places } = declarationOf(f);
    expect(junctions[0]).toMatchObject({ kind: 'route', branches: [{ name: 'one' }, { name: 'two' }, { name: 'rest' }] });
    expect(places.find(({ name }) => name === 'route-1')!.to).toEqual(['a', 'out', 'merge-1']);
  });

  test('of a route whose branches all end in sinks has ended', () => {
    const f = flow([1, 2]).route((r) => r.when('one', 1, (b) => b.to(sinkOf('a'))).otherwise('rest', (b) => b.to(sinkOf('b'))));
    expect(f).toBeInstanceOf(SinkFlow);
    expect(declarationOf(f)).toMatchObject({ output: undefined, sinks: [{ name: 'a' }, { name: 'b' }] });
  });

  test('of tees in a row has one tee for all of them', () => {
    const f = flow([1])
      .tee('a', (b) => b.pipe(map(same)).to(sinkOf('x')))
      .tee('b', (b) => b.to(sinkOf('y')))
      .to(sinkOf('z'));
    expect(graph(f)).toEqual(['source', 'source → tee-1', 'tee-1 → a/inline-1', 'a/inline-1 → x', 'tee-1 → y', 'tee-1 → z']);
    expect(declarationOf(f).junctions[0]).toMatchObject({ branches: [{ name: 'a' }, { name: 'b' }, { name: undefined }] });
  });

  test('G17 has what flows have in common once; untagged operators before a place where it parts stay by themselves', () => {
    const base = flow([1]).pipe(map(same));
    expect(graph(merge(base.pipe(map(same)), base, base))).toEqual([
      'source',
      'source → inline-1',
      'inline-1 → tee-1',
      'tee-1 → inline-2',
      'inline-2 + tee-1 + tee-1 → merge-1',
      'merge-1 → output',
    ]);
  });

  test('of routes within routes has the names of all of them', () => {
    const inner = (b: Flow<number>): Flow<number> =>
      b.route((r) => r.when('two', 2, (c) => c.pipe(map(same))).otherwise('more', (c) => c.pipe(map(same))));
    const f = flow([1, 2, 3]).route((r) => r.when('one', 1, (b) => b.pipe(map(same))).otherwise('rest', inner));
    expect(graph(f.pipe(map(same)))).toEqual([
      'source',
      'source → route-1',
      'route-1 → one/inline-1',
      'route-1 → route-2',
      'route-2 → rest/two/inline-1',
      'route-2 → rest/more/inline-1',
      'rest/two/inline-1 + rest/more/inline-1 → merge-1',
      'one/inline-1 + merge-1 → merge-2',
      'merge-2 → inline-1',
      'inline-1 → output',
    ]);
  });

  test('has batches named as untagged operators are', () => {
    const f = flow([1]).route((r) => r.otherwise('all', (b) => b.pipe(batch({ items: 2 }))));
    expect(graph(f.pipe(batch({ items: 3 })))).toEqual([
      'source',
      'source → route-1',
      'route-1 → all/batch-1',
      'all/batch-1 → batch-1',
      'batch-1 → output',
    ]);
  });

  test('may be long', () => {
    let f = flow([1]);
    for (let i = 0; i < 200; i += 1) f = f.pipe(io(`s${i}`, same));
    expect(declarationOf(f).places).toHaveLength(202);
  });
});

describe('names in a graph', () => {
  test('G7 connectors of one name are told apart by their branches, and by number', () => {
    const f = merge(flow(named('rows')), flow(named('rows')))
      .tee('audit', (b) => b.to(sinkOf('ndjson')))
      .route((r) =>
        r
          .when('one', 1, (b) => b.tee('again', (c) => c.to(sinkOf('ndjson'))).to(sinkOf('ndjson')))
          .otherwise('rest', (b) => b.to(sinkOf('csv'))),
      );
    const { sources, sinks } = declarationOf(f);
    expect(sources.map(({ name }) => name)).toEqual(['rows (1)', 'rows (2)']);
    expect(sinks.map(({ name }) => name)).toEqual(['ndjson (audit)', 'ndjson (one/again)', 'ndjson (one)', 'csv']);
    const twice = flow([1]).tee('a', (b) => b.tee('x', (c) => c.to(sinkOf('out'))).to(sinkOf('out')));
    expect(declarationOf(twice.to(sinkOf('out'))).sinks.map(({ name }) => name)).toEqual(['out (a/x)', 'out (a)', 'out']);
  });

  test('G7 two stages of one name are refused with the places of both', () => {
    expect(
      refusal(() =>
        flow([1, 2]).route((r) =>
          r.when('one', 1, (b) => b.pipe(map(same), io('score', same))).otherwise('rest', (b) => b.pipe(io('score', same))),
        ),
      ),
    ).toBe(
      'two stages are named "score": the io stage at step 2 of branch "one" and the io stage at step 1 of branch "rest"; rename one of them',
    );
    expect(refusal(() => merge(flow([1]).pipe(io('a', same)), flow([2]).pipe(io('a', same))))).toContain(
      'two stages are named "a"',
    );
    expect(refusal(() => merge(flow([1]), flow([2])).pipe(io('merge-1', same)))).toBe(
      'two stages are named "merge-1": the merge at step 1 (so named by Millrace) and the io stage at step 2; rename one of them',
    );
  });

  test('G7 two branches of one name are refused', () => {
    expect(refusal(() => flow([1, 2]).route((r) => r.when('a', 1, (b) => b).otherwise('a', (b) => b)))).toBe(
      'route(build): two branches are named "a"; rename one of them',
    );
  });
});

describe('what is refused', () => {
  const f: Flow<unknown> = flow<unknown>([1]);

  test('a branch that is not made of the flow it is given', () => {
    expect(refusal(() => flow([1, 2]).route((r) => r.otherwise('all', () => flow([3]))))).toBe(
      'branch "all": its function must return the flow that it is given, or what it makes of it',
    );
    expect(refusal(() => f.tee('copy', () => f.to(sinkOf('a'))))).toContain('branch "copy": its function must return the flow');
    expect(refusal(() => untyped(f, 'tee', 'copy', () => 1))).toBe('branch "copy": its function must return a flow, got 1');
  });

  test('a tee whose branch is open', () => {
    expect(refusal(() => untyped(f, 'tee', 'copy', (b: Flow<unknown>) => b))).toBe(
      'tee("copy", build): the branch is open, and the flow goes on beside it: end it by .to(sink), or join two flows by merge(...)',
    );
  });

  test('bad arguments', () => {
    expect(refusal(() => untyped(f, 'route', 1))).toBe('route(build): it must be a function, got 1');
    expect(refusal(() => untyped(f, 'route', (r: { exhaustive(): unknown }) => r.exhaustive()))).toContain('it has no branch');
    expect(refusal(() => untyped(f, 'route', (r: unknown) => r))).toContain('must return what .exhaustive() or .otherwise');
    expect(refusal(() => untyped(f, 'tee', '', () => 1))).toContain(
      'tee(name, build): branch: the name must be a non-empty string',
    );
    expect(refusal(() => untyped(f, 'tee', 'a'))).toBe('tee(name, build): build must be a function, got undefined');
    expect(refusal(() => f.route((r) => r.when('a', 1, undefined as never).exhaustive()))).toBe(
      'when(name, pattern, build): build must be a function, got undefined',
    );
    expect(refusal(() => Reflect.apply(merge, undefined, []))).toBe('merge(...): give it one flow at least');
    expect(refusal(() => Reflect.apply(merge, undefined, [f, [1]]))).toBe(
      'merge(...): argument 2 must be an open flow, got an array',
    );
    expect(refusal(() => Reflect.apply(merge, undefined, [f.to(sinkOf('a'))]))).toBe(
      'merge(...): argument 1 must be an open flow, and this one has ended in a sink',
    );
  });
});
