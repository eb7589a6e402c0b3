import { describe, expect, test } from '@jest/globals';
import { type DeadLetter, type FlowOptions, flow, io, type RunReport, StageError, TooManyErrorsError } from '@millrace/core';
import { discrepancies, local, localTo, memorySink, rejection, upTo } from './kit.fixture.js';

const badAmong =
  (bad: ReadonlySet<number>) =>
  (n: number): number => {
    if (bad.has(n)) throw new RangeError(`no ${n}`);
    return n;
  };

/** A run of so many items, of which some fail, with a sink; it waits for nothing. */
function trial(items: number, bad: readonly number[], maxErrors: FlowOptions['maxErrors']) {
  const rejects = memorySink<DeadLetter>();
  const out = memorySink<number>();
  const half = new Set(bad.filter((_, i) => i % 2 === 0));
  const rest = new Set(bad.filter((_, i) => i % 2 === 1));
  const pipeline = localTo(
    () =>
      flow(upTo(items), { deadLetters: rejects.sink, maxErrors }).pipe(
        io('one', badAmong(half), { onError: 'skip' }),
        io('two', badAmong(rest), { onError: 'deadLetter' }),
      ),
    out.sink,
  );
  return { run: pipeline.run(undefined), out, rejects };
}

type Failed = TooManyErrorsError & { readonly report: RunReport };

describe('a count of errors', () => {
  test('F23 as many as allowed, over all stages, are tolerated', async () => {
    const { run, out, rejects } = trial(50, [1, 2, 3, 4], 4);
    const report = await run;
    expect(discrepancies(report)).toEqual([]);
    expect([report.delivered, rejects.items.length, out.count('commit'), rejects.count('commit')]).toEqual([46, 2, 1, 1]);
  });

  test('F21 F23 F25 one more fails the run at once, and nothing is committed', async () => {
    const { run, out, rejects } = trial(100_000, [10, 11, 12, 13, 14], 4);
    const error = (await rejection(run)) as Failed;
    expect(error).toBeInstanceOf(TooManyErrorsError);
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ code: 'ERR_TOO_MANY_ERRORS', errors: 5, maxErrors: 4, cause: { name: 'RangeError' } });
    expect(['one', 'two']).toContain(error.stage);
    expect(error.cause).toMatchObject({ message: `no ${error.position}` });
    expect(error.report.outcome).toBe('failed');
    expect(error.report.read).toBeLessThan(100_000);
    expect(discrepancies(error.report)).toEqual([]);
    expect([out.count('commit'), out.count('abort'), rejects.count('commit'), rejects.count('abort')]).toEqual([0, 1, 0, 1]);
  });

  test('F23 none is tolerated when the count is 0', async () => {
    expect(await rejection(trial(10, [3], 0).run)).toMatchObject({ errors: 1, position: 3, stage: 'one' });
  });
});

describe('a share of errors', () => {
  test('F24 says nothing before 1,000 were read, however large it was, when it has become small by then', async () => {
    const source = function* () {
      yield* upTo(2000);
    };
    const bad = new Set(upTo(10));
    // So little is read ahead that the ten fail when hardly any other was read.
    const pipeline = local(() =>
      flow(source, { maxErrors: '1%' }).pipe(
        io('work', badAmong(bad), { onError: 'skip', capacity: 1, window: 1, concurrency: 1 }),
      ),
    );
    const run = pipeline.start(undefined);
    const reads: number[] = [];
    run.events.subscribe(({ type }) => type === 'itemRejected' && reads.push(run.snapshot().read));
    const report = await run.finished;
    expect(Math.max(...reads)).toBeLessThan(100);
    expect(discrepancies(report)).toEqual([]);
    expect(report.delivered).toBe(1990);
  });

  test.each([
    [999, 9, true],
    [999, 10, false],
    [1000, 10, true],
    [1000, 11, false],
    [1, 1, false],
    [0, 0, true],
  ])('F24 of %i items %i may fail under 1%%, judged at the end: %s', async (items, bad, tolerated) => {
    // The last ones, so that all is read before one of them fails or soon after.
    const { run, out, rejects } = trial(items, upTo(items).slice(items - bad), '1%');
    if (tolerated) {
      expect((await run).delivered).toBe(items - bad);
      expect([out.count('commit'), rejects.count('commit')]).toEqual([1, 1]);
      return;
    }
    const error = (await rejection(run)) as Failed;
    expect(error).toMatchObject({ code: 'ERR_TOO_MANY_ERRORS', maxErrors: '1%', read: items });
    expect(discrepancies(error.report)).toEqual([]);
    expect([out.count('commit'), out.count('abort'), rejects.count('commit'), rejects.count('abort')]).toEqual([0, 1, 0, 1]);
  });

  test('F24 fails a long run long before its end', async () => {
    const half = new Set(upTo(100_000).filter((n) => n % 2 === 1));
    const pipeline = local(() => flow(upTo(100_000), { maxErrors: '10%' }).pipe(io('work', badAmong(half), { onError: 'skip' })));
    const error = (await rejection(pipeline.run(undefined))) as Failed;
    expect(error).toBeInstanceOf(TooManyErrorsError);
    expect(error.report.read).toBeLessThan(10_000);
    expect(error.read).toBeGreaterThanOrEqual(1000);
  });
});
