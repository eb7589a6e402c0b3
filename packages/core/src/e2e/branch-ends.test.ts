import { describe, expect, test } from '@jest/globals';
import { type CancelledError, flow, io, merge, type Source, type StageError } from '@millrace/core';
import { take, toArray } from 'rxjs';
import { P } from 'ts-pattern';
import { namedSink, rows, stageIn } from './branches.fixture.js';
import { counting, discrepancies, ended, gate, local, never, rejection, turn, turns, until, upTo } from './kit.fixture.js';

const isEven = P.when((n) => Number(n) % 2 === 0);

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
