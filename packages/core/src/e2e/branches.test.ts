import { describe, expect, test } from '@jest/globals';
import { flow, io, merge, PlanError, type Sink, StageError } from '@millrace/core';
import { filter, map } from 'rxjs';
import { P } from 'ts-pattern';
import { namedSink, rows, stageIn } from './branches.fixture.js';
import {
  counting,
  discrepancies,
  ended,
  gate,
  local,
  localTo,
  memorySink,
  rejection,
  turns,
  until,
  upTo,
} from './kit.fixture.js';

const isEven = P.when((n) => Number(n) % 2 === 0);

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
