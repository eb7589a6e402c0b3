import { describe, expect, test } from '@jest/globals';
import { type CancelledError, flow, io, merge, PlanError, type Sink, type Source, StageError } from '@millrace/core';
import { filter, map, take, toArray } from 'rxjs';
import { P } from 'ts-pattern';
import {
  counting,
  discrepancies,
  ended,
  gate,
  local,
  localTo,
  memorySink,
  never,
  rejection,
  turn,
  turns,
  until,
  upTo,
} from './kit.fixture.js';

/** A sink under a name of its own. */
function namedSink<T>(name: string, before?: Parameters<typeof memorySink<T>>[0]) {
  const memory = memorySink<T>(before);
  return { ...memory, sink: { ...memory.sink, name } satisfies Sink<T>, count: memory.count };
}

function rows<T>(name: string, items: readonly T[], perPull = 4) {
  const seen = { pulled: 0, returned: 0 };
  const source: Source<T> = {
    name,
    maxPull: perPull,
    open: async function* () {
      try {
        for (let from = 0; from < items.length; from += perPull) {
          seen.pulled += 1;
          yield { items: items.slice(from, from + perPull), origin: (index) => `${name}:${from + index + 1}` };
        }
      } finally {
        seen.returned += 1;
      }
    },
  };
  return { source, seen };
}

const isEven = P.when((n) => Number(n) % 2 === 0);
const stageIn = (report: { stages: readonly { name: string }[] }, name: string) =>
  report.stages.find((stage) => stage.name === name);

describe('route', () => {
  test('G1 each item goes to the first branch that it matches, in order', async () => {
    const [even, small, rest] = [namedSink<number>('even'), namedSink<number>('small'), namedSink<number>('rest')];
    const report = await ended(() =>
      flow(upTo(20)).route((r) =>
        r
          .when('even', isEven, (f) => f.to(even.sink))
          .when('small', P.number.lt(8), (f) => f.to(small.sink))
          .otherwise('rest', (f) => f.to(rest.sink)),
      ),
    ).run();
    expect(even.items).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(small.items).toEqual([1, 3, 5, 7]);
    expect(rest.items).toEqual([9, 11, 13, 15, 17, 19]);
    expect(discrepancies(report)).toEqual([]);
    expect([report.read, report.delivered]).toEqual([20, 20]);
    expect(stageIn(report, 'route-1')).toMatchObject({ kind: 'route', from: ['source'], in: 20, out: 20, ok: 20 });
  });

  test('G3 an item that no branch takes fails, with its place', async () => {
    const taken = namedSink<number>('even');
    const run = ended(() =>
      flow(rows('in', [2, 4, 5, 6]).source).route((r) => r.when('even', isEven, (f) => f.to(taken.sink)).exhaustive()),
    ).run();
    const error = (await rejection(run)) as StageError;
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'route-1', position: 2, origin: 'in:3' });
    expect((error.cause as Error).message).toBe(
      'no branch takes the item (5): the route has "even"; add one for such items, or .otherwise(name, build)',
    );
    expect([taken.count('commit'), taken.count('abort')]).toEqual([0, 1]);
    expect(discrepancies(error.report!)).toEqual([]);
    expect(stageIn(error.report!, 'route-1')).toMatchObject({ ok: 2, failed: 1 });
  });

  test('G3 a condition that throws fails its item', async () => {
    const cause = new Error('asked too much');
    const picky = P.when((n) => {
      if (n === 3) throw cause;
      return true;
    });
    const items = local(() => flow(upTo(5)).route((r) => r.when('all', picky, (f) => f).exhaustive())).run();
    expect(await rejection(items)).toMatchObject({ stage: 'route-1', position: 3, cause });
  });

  test('G5 open branches are merged again, and each keeps its order', async () => {
    const items = await flow(upTo(100))
      .route((r) =>
        r
          .when('even', isEven, (f) => f.pipe(map((n) => `even ${n}`)))
          .otherwise('odd', (f) => f.pipe(io('wait', async (n) => `odd ${n}`, { concurrency: 3 }))),
      )
      .toArray({ workers: 0 });
    expect(items.filter((text) => text.startsWith('even'))).toEqual(upTo(50).map((n) => `even ${2 * n}`));
    expect(items.filter((text) => text.startsWith('odd'))).toEqual(upTo(50).map((n) => `odd ${2 * n + 1}`));
  });

  test('a single open branch goes on by itself', async () => {
    const odd = namedSink<number>('odd');
    const p = local(() =>
      flow(upTo(6)).route((r) =>
        r.when('even', isEven, (f) => f.pipe(map((n) => n * 10))).otherwise('odd', (f) => f.to(odd.sink)),
      ),
    );
    expect(p.plan().stages.map(({ name }) => name)).toEqual(['source', 'route-1', 'even/inline-1', 'output', 'odd']);
    const report = await p.run();
    expect(odd.items).toEqual([1, 3, 5]);
    expect([report.delivered, discrepancies(report)]).toEqual([6, []]);
  });

  test('G6 a full branch holds the route at its bound, and nothing is lost', async () => {
    const opened = gate();
    const slow = namedSink<number>('slow', async (call) => {
      if (call === 'write') await opened.passed;
    });
    const fast = namedSink<number>('fast');
    const { seen, flow: numbers } = counting(200);
    const run = ended(() =>
      numbers().route((r) =>
        r
          .when('even', isEven, (f) => f.to(slow.sink, { capacity: 3, batch: { items: 2 } }))
          .otherwise('odd', (f) => f.to(fast.sink)),
      ),
    ).start();
    await until(() => seen.pulled === 200);
    await turns(5);
    const stages = run.snapshot().stages;
    // Up to 2 in the write and 3 waiting: the next even item is held, and the odd ones behind it wait with it.
    const evens = stages.find(({ name }) => name === 'slow')!;
    expect(evens.in).toBeLessThanOrEqual(5);
    expect(stages.find(({ name }) => name === 'fast')!.in).toBeLessThanOrEqual(5);
    expect(fast.items).toHaveLength(stages.find(({ name }) => name === 'fast')!.in);
    opened.open();
    const report = await run.finished;
    expect(slow.items).toEqual(upTo(100).map((n) => 2 * n));
    expect(fast.items).toEqual(upTo(100).map((n) => 2 * n + 1));
    expect(discrepancies(report)).toEqual([]);
  });
});

describe('tee', () => {
  test('G4 both sides get every item, the same object', async () => {
    const audit = namedSink<object>('audit');
    const objects = upTo(30).map((id) => ({ id }));
    const p = local(() => flow(objects).tee('audit', (f) => f.to(audit.sink)));
    const items: object[] = [];
    for await (const item of p.iterate()) items.push(item);
    expect(items).toEqual(objects);
    for (const [i, item] of items.entries()) expect(audit.items[i]).toBe(item);
    const report = await p.run();
    expect([report.read, report.delivered, discrepancies(report)]).toEqual([30, 60, []]);
    expect(stageIn(report, 'tee-1')).toMatchObject({ kind: 'route', in: 30, ok: 30, out: 60 });
  });

  test('G6 the slower side sets the pace', async () => {
    const opened = gate();
    const slow = namedSink<number>('slow', async (call) => {
      if (call === 'write') await opened.passed;
    });
    const fast = namedSink<number>('fast');
    const run = ended(() =>
      flow(upTo(100))
        .tee('slow', (f) => f.to(slow.sink, { capacity: 4, batch: { items: 2 } }))
        .to(fast.sink),
    ).start();
    await until(() => fast.items.length > 0);
    await turns(5);
    expect(fast.items.length).toBeLessThanOrEqual(6);
    opened.open();
    const report = await run.finished;
    expect([slow.items, fast.items]).toEqual([upTo(100), upTo(100)]);
    expect(discrepancies(report)).toEqual([]);
  });
});

describe('merge', () => {
  test('G5 takes in turns, keeps the order of each, and ends when all have ended', async () => {
    const [many, few] = [upTo(400).map((n) => `m${n}`), upTo(10).map((n) => `f${n}`)];
    const both = gate();
    const { sink, items } = memorySink<string>();
    const held = io('hold', (text: string) => both.passed.then(() => text), { concurrency: 1, window: 1, capacity: 1 });
    const run = localTo(() => merge(flow(many), flow(few)).pipe(held), sink).start();
    await until(() => run.snapshot().read === 410);
    const { in: before } = run.snapshot().stages.find(({ name }) => name === 'hold')!;
    expect(before).toBeLessThanOrEqual(2);
    both.open();
    await run.finished;
    expect(items.filter((text) => text.startsWith('m'))).toEqual(many);
    expect(items.filter((text) => text.startsWith('f'))).toEqual(few);
    // Both queues were full by then.
    expect(items.slice(0, before + 20).filter((text) => text.startsWith('f'))).toHaveLength(10);
  });

  test('G14 positions and origins are those of each source', async () => {
    const [one, other] = [
      rows('one', upTo(40)),
      rows(
        'other',
        upTo(40).map((n) => n + 1000),
      ),
    ];
    const run = (bad: number) =>
      local(() =>
        merge(flow(one.source), flow(other.source)).pipe(
          io('check', (n) => {
            if (n === bad) throw new Error('bad');
            return n;
          }),
        ),
      ).run();
    expect(await rejection(run(17))).toMatchObject({ stage: 'check', position: 17, origin: 'one:18' });
    expect(await rejection(run(1023))).toMatchObject({ stage: 'check', position: 23, origin: 'other:24' });
  });

  test('G14 a sink is told of each item where it comes from, through route, tee and merge, and not beyond operators', async () => {
    const told: [number, number | undefined, string | undefined][] = [];
    const sink: Sink<number> = {
      name: 'told',
      open: async () => ({
        write: async (items, { positions, sources }) => {
          for (const [i, item] of items.entries()) told.push([item, positions![i], sources![i]]);
        },
        commit: async () => {},
        abort: async () => {},
      }),
    };
    const nowhere = namedSink<number>('nowhere');
    await ended(() =>
      merge(
        flow(rows('one', upTo(20)).source),
        flow(
          rows(
            'other',
            upTo(20).map((n) => n + 100),
          ).source,
        ),
      )
        .tee('copy', (f) => f.to(nowhere.sink))
        .route((r) =>
          r
            .when('even', isEven, (f) =>
              f.pipe(
                io(
                  'expand',
                  function* (n) {
                    yield n;
                    yield n;
                  },
                  { order: 'none' },
                ),
              ),
            )
            .when('small', P.number.lt(10), (f) => f)
            .otherwise('hidden', (f) => f.pipe(map((n) => -n))),
        )
        .to(sink),
    ).run();
    expect(told).toHaveLength(20 + 20 + 20);
    for (const [item, position, source] of told) {
      const expected = item < 0 ? [undefined, undefined] : item >= 100 ? [item - 100, 'other'] : [item, 'one'];
      expect([position, source]).toEqual(expected);
    }
  });

  test('G17 what two flows have in common runs once, and both get the same items', async () => {
    let read = 0;
    const base = flow(function* () {
      for (const n of upTo(10)) {
        read += 1;
        yield n;
      }
    }).pipe(map((n) => n + 1));
    const both = merge(
      base.pipe(
        filter((n) => n % 2 === 0),
        map((n) => `even ${n}`),
      ),
      base.pipe(map((n) => `any ${n}`)),
      base,
    );
    const items = await both.toArray({ workers: 0 });
    expect(read).toBe(10);
    expect(items.map(String).sort()).toEqual(
      [
        ...upTo(10).map((n) => `any ${n + 1}`),
        ...[2, 4, 6, 8, 10].map((n) => `even ${n}`),
        ...upTo(10).map((n) => `${n + 1}`),
      ].sort(),
    );
  });
});

describe('ends', () => {
  test('G8 a branch that ends early drops what would come to it, and the others go on', async () => {
    const [few, all] = [namedSink<number>('few'), namedSink<number>('all')];
    const report = await ended(() =>
      flow(upTo(5000)).route((r) =>
        r.when('even', isEven, (f) => f.pipe(take(3)).to(few.sink)).otherwise('odd', (f) => f.to(all.sink)),
      ),
    ).run();
    expect(few.items).toEqual([0, 2, 4]);
    expect(all.items).toHaveLength(2500);
    expect(report.outcome).toBe('completed');
    expect(discrepancies(report)).toEqual([]);
    const [route, taking] = [stageIn(report, 'route-1'), stageIn(report, 'even/inline-1')] as unknown as {
      filtered: number;
      in: number;
    }[];
    expect(route!.filtered).toBeGreaterThan(0);
    expect(route!.filtered + taking!.in).toBe(2500);
    expect([few.count('commit'), all.count('commit')]).toEqual([1, 1]);
  });

  test('G8 a tee goes on without the side that has ended early', async () => {
    const [few, all] = [namedSink<number>('few'), namedSink<number>('all')];
    const report = await ended(() =>
      flow(upTo(5000))
        .tee('few', (f) => f.pipe(take(2)).to(few.sink, { capacity: 1 }))
        .to(all.sink),
    ).run();
    expect([few.items, all.items]).toEqual([[0, 1], upTo(5000)]);
    expect(discrepancies(report)).toEqual([]);
  });

  test('G8 the source is cancelled when all branches have ended early', async () => {
    const { seen, flow: endless } = counting();
    const [one, other] = [namedSink<number>('one'), namedSink<number>('other')];
    const report = await ended(() =>
      endless().route((r) =>
        r.when('even', isEven, (f) => f.pipe(take(3)).to(one.sink)).otherwise('odd', (f) => f.pipe(take(2)).to(other.sink)),
      ),
    ).run();
    expect([one.items, other.items, seen.returned]).toEqual([[0, 2, 4], [1, 3], 1]);
    expect([report.outcome, discrepancies(report)]).toEqual(['completed', []]);
  });

  test('G8 what ends early behind a merge stops all that it merges', async () => {
    const [one, other] = [counting(), counting()];
    const items = await merge(one.flow(), other.flow()).pipe(take(5)).toArray({ workers: 0 });
    expect(items).toHaveLength(5);
    expect([one.seen.returned, other.seen.returned]).toEqual([1, 1]);
  });

  test('G8 one input of a merge may end early, and the run goes on until all have ended', async () => {
    const { seen, flow: endless } = counting();
    const items = await merge(endless().pipe(take(3)), flow(upTo(100).map((n) => n + 1000))).toArray({ workers: 0 });
    expect(items.filter((n) => n < 1000)).toEqual([0, 1, 2]);
    expect(items.filter((n) => n >= 1000)).toHaveLength(100);
    expect(seen.returned).toBe(1);
  });

  test('G9 a branch that fails, with all queues full, ends the run: what runs is aborted, and nothing commits', async () => {
    const stuck = namedSink<number>('stuck', (call) => (call === 'write' ? never() : undefined));
    const good = namedSink<number>('good');
    const signals: AbortSignal[] = [];
    const fails = gate();
    const run = local(() =>
      counting()
        .flow()
        .tee('good', (f) => f.to(good.sink))
        .route((r) =>
          r
            .when('even', isEven, (f) =>
              f
                .pipe(
                  io(
                    'wait',
                    (_n, { signal }) => {
                      signals.push(signal);
                      return never();
                    },
                    { concurrency: 2, capacity: 2 },
                  ),
                )
                .to(stuck.sink),
            )
            .otherwise('odd', (f) =>
              f.pipe(
                io('fail', async () => {
                  await fails.passed;
                  throw new RangeError('broken');
                }),
              ),
            ),
        ),
    ).start();
    await until(() => signals.length === 2);
    await turns(5);
    fails.open();
    const error = (await rejection(run.finished)) as StageError;
    expect(error).toMatchObject({ stage: 'fail', position: 1, cause: expect.objectContaining({ message: 'broken' }) });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    for (const each of [stuck, good]) expect([each.count('commit'), each.count('abort')]).toEqual([0, 1]);
    expect(discrepancies(error.report!)).toEqual([]);
  });

  test('G10 no sink commits before all have written everything', async () => {
    const opened = gate();
    const order: string[] = [];
    const sinkOf = (name: string) =>
      namedSink<number>(name, async (call) => {
        if (name === 'slow' && call === 'write') await opened.passed;
        order.push(`${name} ${call}`);
      });
    const [fast, slow] = [sinkOf('fast'), sinkOf('slow')];
    const run = ended(() =>
      flow(upTo(3))
        .tee('fast', (f) => f.to(fast.sink))
        .to(slow.sink),
    ).start();
    await until(() => order.includes('fast write'));
    await turns(10);
    expect(order).toEqual(['fast open', 'slow open', 'fast write']);
    opened.open();
    await run.finished;
    expect(order.slice(3)).toEqual(['slow write', 'fast commit', 'slow commit']);
  });

  test('G10 a branch that fails late leaves nothing of the sink that had all', async () => {
    const good = namedSink<number>('good');
    const bad = namedSink<number>('bad', async (call) => {
      if (call !== 'write') return;
      await until(() => good.items.length === 3);
      await turns(5);
      throw new Error('disk full');
    });
    const run = ended(() =>
      flow(upTo(3))
        .tee('good', (f) => f.to(good.sink))
        .to(bad.sink),
    ).run();
    expect(await rejection(run)).toMatchObject({ stage: 'bad', committed: undefined, report: { commits: undefined } });
    expect([good.count('commit'), good.count('abort'), bad.count('abort')]).toEqual([0, 1, 1]);
  });

  test('G10 when one cannot commit, those that have not are aborted, and the error names those that have', async () => {
    const sinks = ['one', 'two', 'three'].map((name) =>
      namedSink<number>(name, (call) => {
        if (name === 'two' && call === 'commit') throw new Error('no rename');
      }),
    );
    const [one, two, three] = sinks as [(typeof sinks)[0], (typeof sinks)[0], (typeof sinks)[0]];
    const run = ended(() =>
      flow(upTo(3))
        .tee('a', (f) => f.to(one.sink))
        .tee('b', (f) => f.to(two.sink))
        .to(three.sink),
    ).run();
    const error = (await rejection(run)) as StageError;
    expect(error).toMatchObject({ stage: 'two', committed: ['one'] });
    expect(error.report?.commits).toEqual({ committed: ['one'], begun: ['two'] });
    expect(error.message).toBe('stage "two" failed: Error: no rename; committed before: "one"');
    expect(sinks.map(({ count }) => [count('commit'), count('abort')])).toEqual([
      [1, 0],
      [1, 1],
      [0, 1],
    ]);
  });

  test('G11 all sinks open before any source; one that cannot costs no reading, and those that could are aborted', async () => {
    const good = namedSink<number>('good');
    const bad = namedSink<number>('bad', (call) => {
      if (call === 'open') throw new Error('no such folder');
    });
    const { source, seen } = rows('in', upTo(3));
    const run = ended(() =>
      flow(source)
        .tee('good', (f) => f.to(good.sink))
        .to(bad.sink),
    ).run();
    expect(await rejection(run)).toMatchObject({ stage: 'bad' });
    expect([good.count('abort'), seen.pulled]).toEqual([1, 0]);
  });

  test('G11 a source that cannot be opened fails the run, and those that are open are closed', async () => {
    const closed: string[] = [];
    const opened: Source<number> = {
      name: 'opened',
      open: () => ({
        [Symbol.asyncIterator]: () => ({
          next: never,
          return: async () => {
            closed.push('opened');
            return { done: true as const, value: undefined };
          },
        }),
      }),
    };
    const broken = () => {
      throw new Error('no such file');
    };
    const run = local(() => merge(flow(opened), flow<number>(broken))).run();
    expect(await rejection(run)).toMatchObject({ stage: 'source', cause: expect.objectContaining({ message: 'no such file' }) });
    expect(closed).toEqual(['opened']);
  });

  test('G12 a reader that leaves stops all sources; sinks beside it get what was read, and commit', async () => {
    const [one, other] = [counting(), counting()];
    const audit = namedSink<number>('audit');
    const read: number[] = [];
    for await (const item of local(() => merge(one.flow(), other.flow()).tee('audit', (f) => f.to(audit.sink))).iterate()) {
      read.push(item);
      if (read.length === 5) break;
    }
    expect([one.seen.returned, other.seen.returned]).toEqual([1, 1]);
    expect([audit.count('commit'), audit.count('abort')]).toEqual([1, 0]);
    expect(audit.items.slice(0, 5)).toEqual(read);
  });

  test('G13 a drain finishes what was read, in all branches', async () => {
    const [one, other] = [counting(Number.POSITIVE_INFINITY, turn), counting(Number.POSITIVE_INFINITY, turn)];
    const [even, odd] = [namedSink<number>('even'), namedSink<number>('odd')];
    const run = ended(() =>
      merge(one.flow(), other.flow()).route((r) =>
        r.when('even', isEven, (f) => f.to(even.sink)).otherwise('odd', (f) => f.to(odd.sink)),
      ),
    ).start();
    await until(() => odd.items.length > 3);
    const report = await run.drain();
    expect([report.outcome, report.delivered, discrepancies(report)]).toEqual(['drained', report.read, []]);
    expect(even.items.length + odd.items.length).toBe(report.read);
    expect([one.seen.returned, other.seen.returned, even.count('commit'), odd.count('commit')]).toEqual([1, 1, 1, 1]);
  });

  test('G13 a cancel aborts every sink and closes every source, once', async () => {
    const [one, other] = [counting(Number.POSITIVE_INFINITY, turn), counting(Number.POSITIVE_INFINITY, turn)];
    const [even, odd] = [namedSink<number>('even'), namedSink<number>('odd')];
    const run = ended(() =>
      merge(one.flow(), other.flow()).route((r) =>
        r.when('even', isEven, (f) => f.to(even.sink)).otherwise('odd', (f) => f.to(odd.sink)),
      ),
    ).start();
    await until(() => odd.items.length > 3);
    run.cancel('enough');
    const error = (await rejection(run.finished)) as CancelledError;
    expect(error.cause).toBe('enough');
    expect(discrepancies(error.report!)).toEqual([]);
    for (const each of [even, odd]) expect([each.reasons, each.count('commit')]).toEqual([['enough'], 0]);
    expect([one.seen.returned, other.seen.returned]).toEqual([1, 1]);
  });

  test('what waits for the end of its input gets it in every branch', async () => {
    const items = await flow(upTo(10))
      .route((r) => r.when('even', isEven, (f) => f.pipe(toArray())).otherwise('odd', (f) => f.pipe(toArray())))
      .toArray({ workers: 0 });
    expect(items).toHaveLength(2);
    expect(items.flat().sort((a, b) => a - b)).toEqual(upTo(10));
  });
});

describe('declarations', () => {
  test('the flow of a branch is no flow by itself', async () => {
    let leaked: { toArray(): Promise<unknown> } | undefined;
    flow([1]).route((r) =>
      r
        .when('a', 1, (f) => {
          leaked = f.pipe(map((n) => n));
          return f;
        })
        .otherwise('b', (f) => f),
    );
    await expect(leaked!.toArray()).rejects.toThrow(PlanError);
  });
});
