import { describe, expect, test } from '@jest/globals';
import {
  CancelledError,
  type Flow,
  flow,
  fromObservable,
  io,
  type ObservableOptions,
  OverflowError,
  PlanError,
  type RunReport,
  StageError,
} from '@millrace/core';
import { Observable, of, range, Subject, take, throwError } from 'rxjs';
import { discrepancies, local, never, rejection, turn, turns, until, upTo } from './kit.fixture.js';

/** A hot Observable that counts its subscriptions and how often each was given up. */
function hot<T>() {
  const subject = new Subject<T>();
  const seen = { subscribed: 0, unsubscribed: 0 };
  const observable = new Observable<T>((subscriber) => {
    seen.subscribed += 1;
    const subscription = subject.subscribe(subscriber);
    return () => {
      seen.unsubscribed += 1;
      subscription.unsubscribe();
    };
  });
  return {
    observable,
    seen,
    next: (item: T) => subject.next(item),
    error: (error: unknown) => subject.error(error),
    complete: () => subject.complete(),
  };
}

const dropping: ObservableOptions = { overflow: 'dropOldest', capacity: 4 };

/** What the source's row says of a run, and that the rest adds up. */
function sourceOf(report: RunReport | undefined): { in: number; dropped: number } {
  expect(discrepancies(report!)).toEqual([]);
  const { in: read, dropped } = report!.stages[0]!;
  return { in: read, dropped };
}

const reportOf = (error: unknown): RunReport | undefined => (error as { report?: RunReport }).report;

describe('a flow from an Observable', () => {
  test('Q14 gives what it emits, in order, and ends when it completes', async () => {
    expect(await flow(fromObservable(range(0, 100), { overflow: 'fail' })).toArray()).toEqual(upTo(100));
    expect(await flow(fromObservable(of(null, undefined, 0, ''), { overflow: 'fail' })).toArray()).toEqual([
      null,
      undefined,
      0,
      '',
    ]);
    expect(await flow(fromObservable(range(0, 0), { overflow: 'fail' })).toArray()).toEqual([]);
  });

  test('Q14 is subscribed when a run opens it, and unsubscribed once when it completes', async () => {
    const { observable, seen, next, complete } = hot<number>();
    const source = flow(fromObservable(observable, dropping));
    expect(seen).toEqual({ subscribed: 0, unsubscribed: 0 });
    const items = source.toArray();
    await until(() => seen.subscribed === 1);
    next(1);
    await turn();
    next(2);
    complete();
    expect(await items).toEqual([1, 2]);
    expect(seen).toEqual({ subscribed: 1, unsubscribed: 1 });
  });

  test('Q14 its error fails the run as an error of the source', async () => {
    const broken = new RangeError('broken');
    const { observable, seen, next, error } = hot<number>();
    const run = local(() => flow(fromObservable(observable, dropping))).start();
    await until(() => seen.subscribed === 1);
    next(1);
    await turn();
    error(broken);
    const failure = await rejection(run.finished);
    expect(failure).toBeInstanceOf(StageError);
    expect(failure).toMatchObject({ stage: 'observable', cause: broken });
    expect(seen).toEqual({ subscribed: 1, unsubscribed: 1 });
    const atOnce = await rejection(
      flow(
        fromObservable(
          throwError(() => broken),
          dropping,
        ),
      ).toArray(),
    );
    expect(atOnce).toMatchObject({ stage: 'observable', cause: broken });
  });

  test('Q15 with fail, one item more than it may hold fails the run, and says how to mend it', async () => {
    const { observable, seen, next } = hot<number>();
    const run = local(() => flow(fromObservable(observable, { overflow: 'fail', capacity: 4 }))).start();
    await until(() => seen.subscribed === 1);
    for (let i = 0; i < 5; i += 1) next(i);
    const failure = await rejection(run.finished);
    expect(failure).toMatchObject({ stage: 'observable', cause: { code: 'ERR_OVERFLOW', capacity: 4 } });
    expect((failure as Error).cause).toBeInstanceOf(OverflowError);
    expect(seen).toEqual({ subscribed: 1, unsubscribed: 1 });
    expect(sourceOf(reportOf(failure))).toEqual({ in: 0, dropped: 5 });
  });

  test('Q15 a flow that is stuck learns of an error and of an overflow all the same', async () => {
    for (const broken of [undefined, new RangeError('broken')]) {
      const { observable, seen, next, error } = hot<number>();
      const run = local(() =>
        flow(fromObservable(observable, { overflow: 'fail', capacity: 8 })).pipe(
          io('stuck', never, { capacity: 1, concurrency: 1, window: 1 }),
        ),
      ).start();
      await until(() => seen.subscribed === 1);
      for (let i = 0; i < (broken === undefined ? 100 : 8); i += 1) {
        next(i);
        await turn();
      }
      if (broken !== undefined) error(broken);
      const cause = broken ?? { code: 'ERR_OVERFLOW', capacity: 8 };
      expect(await rejection(run.finished)).toMatchObject({ stage: 'observable', cause });
    }
  });

  test.each([
    ['dropOldest', [6, 7, 8, 9]],
    ['dropNewest', [0, 1, 2, 3]],
  ] as const)('Q15 Q16 with %s the rest is dropped and counted', async (overflow, kept) => {
    const taken: number[] = [];
    const program = local(() =>
      flow(fromObservable(range(0, 10), { overflow, capacity: 4 })).pipe(io('take', (n) => taken.push(n))),
    );
    const report = await program.run();
    expect(taken).toEqual(kept);
    expect(sourceOf(report)).toEqual({ in: 4, dropped: 6 });
    expect(report.read).toBe(4);
  });

  test.each(['dropOldest', 'dropNewest'] as const)(
    'Q15 a million items within subscribe are no more than others, with %s',
    async (overflow) => {
      const report = await local(() => flow(fromObservable(range(0, 1e6), { overflow }))).run();
      expect(sourceOf(report)).toEqual({ in: 1024, dropped: 1e6 - 1024 });
    },
  );

  test('Q15 with fail, an Observable that emits for ever within subscribe is left', async () => {
    let emitted = 0;
    const endless = new Observable<number>((subscriber) => {
      while (!subscriber.closed) {
        subscriber.next(emitted);
        emitted += 1;
      }
    });
    const failure = await rejection(flow(fromObservable(endless, { overflow: 'fail', capacity: 10 })).toArray());
    expect(failure).toMatchObject({ cause: { code: 'ERR_OVERFLOW' } });
    expect(emitted).toBe(11);
  });

  test('Q14 cancelling while it is silent settles at once', async () => {
    const { observable, seen } = hot<number>();
    const run = local(() => flow(fromObservable(observable, dropping))).start();
    await until(() => seen.subscribed === 1);
    await turn();
    run.cancel(new Error('enough'));
    expect(await rejection(run.finished)).toBeInstanceOf(CancelledError);
    expect(seen).toEqual({ subscribed: 1, unsubscribed: 1 });
  });

  test('Q14 an early stop and a drain unsubscribe it, too', async () => {
    const early = hot<number>();
    const stopped = local(() => flow(fromObservable(early.observable, dropping)).pipe(take(2))).run();
    await until(() => early.seen.subscribed === 1);
    for (let i = 0; i < 4; i += 1) early.next(i);
    expect((await stopped).outcome).toBe('completed');
    expect(early.seen).toEqual({ subscribed: 1, unsubscribed: 1 });

    const drained = hot<number>();
    const run = local(() => flow(fromObservable(drained.observable, dropping))).start();
    await until(() => drained.seen.subscribed === 1);
    drained.next(1);
    await turns(2);
    const report = await run.drain();
    expect(report).toMatchObject({ outcome: 'drained', delivered: 1 });
    expect(drained.seen).toEqual({ subscribed: 1, unsubscribed: 1 });
  });

  test('Q16 what was emitted was read or is counted as dropped, however the run ends', async () => {
    for (const end of ['complete', 'cancel', 'drain', 'error'] as const) {
      const { observable, seen, next, complete, error } = hot<number>();
      // The flow takes few items, or is stuck after the first: the rest waits in the source, or is dropped.
      const program = local(() =>
        flow(fromObservable(observable, { overflow: 'dropNewest', capacity: 8 })).pipe(
          io('stuck', (n) => (end === 'cancel' || end === 'error' ? never() : turn().then(() => n)), {
            capacity: 1,
            concurrency: 1,
            window: 1,
          }),
        ),
      );
      const run = program.start();
      const ended = run.finished.catch(reportOf);
      await until(() => seen.subscribed === 1);
      for (let i = 0; i < 100; i += 1) {
        next(i);
        if (i % 10 === 0) await turn();
      }
      expect(run.snapshot().stages[0]!.dropped).toBeGreaterThan(0);
      if (end === 'complete') complete();
      if (end === 'cancel') run.cancel();
      if (end === 'drain') void run.drain();
      if (end === 'error') error(new Error('broken'));
      const { in: read, dropped } = sourceOf(await ended);
      expect([end, read + dropped]).toEqual([end, 100]);
    }
  });

  test('Q1 Q17 what it holds is part of the bound, and the peak is not above it', async () => {
    const { observable, seen, next, complete } = hot<number>();
    const program = local(() =>
      flow(fromObservable(observable, { overflow: 'dropOldest', capacity: 500 })).pipe(
        io('slow', () => turn(), { capacity: 4, concurrency: 1, window: 1 }),
      ),
    );
    const { bound } = program.plan();
    expect(bound.terms.slice(0, 2)).toEqual([
      { stage: 'observable', items: 256, why: 'at most 256 items a pull, as the connector says' },
      { stage: 'observable', items: 500, why: 'may wait in it, as it cannot be slowed down' },
    ]);
    const run = program.start();
    await until(() => seen.subscribed === 1);
    for (let i = 0; i < 2000; i += 1) {
      next(i);
      if (i % 500 === 0) await turn();
      // One is on its way through the flow before the others wait.
      if (i === 0) await until(() => run.snapshot().read === 1);
    }
    complete();
    const report = await run.finished;
    expect(discrepancies(report)).toEqual([]);
    expect(report.peak).toBeGreaterThan(500);
    expect(report.stages[0]!.dropped).toBeGreaterThan(0);
  });

  test('Q18 a hot source without a policy is refused, with the policies', () => {
    const refusal = (make: () => unknown): string => {
      try {
        make();
      } catch (error) {
        if (error instanceof PlanError) return error.message;
      }
      throw new Error('it was not refused');
    };
    const untyped = fromObservable as (observable: unknown, options?: unknown) => never;
    for (const options of [undefined, {}, { capacity: 4 }, { overflow: undefined }]) {
      expect(refusal(() => untyped(of(1), options))).toBe(
        'fromObservable: option "overflow" is missing: it must be "fail" or "dropOldest" or "dropNewest"',
      );
    }
    expect(refusal(() => untyped(of(1), { overflow: 'wait' }))).toContain(
      'must be "fail" or "dropOldest" or "dropNewest", got "wait"',
    );
    expect(refusal(() => untyped(of(1), { overflow: 'fail', capacity: 0 }))).toContain(
      '"capacity" must be an integer ≥ 1, got 0',
    );
    expect(refusal(() => untyped(of(1), { overflow: 'fail', size: 1 }))).toContain('unknown option "size"');
    expect(refusal(() => untyped([1], { overflow: 'fail' }))).toContain('the first argument must be an Observable, got an array');
    expect(refusal(() => (flow as (source: unknown) => Flow<unknown>)(of(1)))).toContain(
      'fromObservable(observable, { overflow:',
    );
  });
});
