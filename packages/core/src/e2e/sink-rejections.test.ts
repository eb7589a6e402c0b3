import { describe, expect, test } from '@jest/globals';
import { type DeadLetter, flow, type Sink } from '@millrace/core';
import { discrepancies, gate, localTo, memorySink, rejection, upTo } from './kit.fixture.js';

/** All or nothing, as a transaction is: keeps a write unless one of its items is bad. */
function table(isBad: (n: number) => boolean, named = false) {
  const rows: number[] = [];
  let commits = 0;
  let writes = 0;
  const sink: Sink<number> = {
    name: 'table',
    open: async () => ({
      write: async (items) => {
        writes += 1;
        const index = items.findIndex(isBad);
        if (index >= 0) throw Object.assign(new RangeError(`${items[index]} is refused`), named ? { index } : {});
        rows.push(...items);
      },
      commit: async () => {
        commits += 1;
      },
      abort: async () => undefined,
    }),
  };
  return { sink, rows, commits: () => commits, writes: () => writes };
}

const odd = (n: number): boolean => n % 7 === 3;
const [good, bad] = [upTo(100).filter((n) => !odd(n)), upTo(100).filter(odd)];

describe('rows that a sink refuses', () => {
  test.each([1, 8, 1024])(
    'B19 under skip, in batches of %i, are dropped and counted, and all others are written once, in order',
    async (items) => {
      for (const capacity of [1, 16]) {
        const { sink, rows, commits } = table(odd);
        const report = await localTo(() => flow(upTo(100)), sink, { onError: 'skip', capacity, batch: { items } }).run();
        expect([rows, commits()]).toEqual([good, 1]);
        expect(report.stages[1]).toMatchObject({ ok: good.length, skipped: bad.length, failed: 0 });
        expect([report.delivered, discrepancies(report)]).toEqual([good.length, []]);
      }
    },
  );

  test('B19 with several writes at once', async () => {
    const { sink, rows } = table(odd);
    const report = await localTo(() => flow(upTo(100)), sink, { onError: 'skip', concurrency: 4, batch: { items: 6 } }).run();
    expect(rows.toSorted((a, b) => a - b)).toEqual(good);
    expect([report.stages[1]!.skipped, discrepancies(report)]).toEqual([bad.length, []]);
  });

  test('B19 B20 under deadLetter become letters that name them, their error and their attempts', async () => {
    const letters = memorySink<DeadLetter>();
    const { sink, rows } = table(odd);
    const report = await localTo(() => flow(upTo(100), { deadLetters: letters.sink }), sink, {
      onError: 'deadLetter',
      batch: { items: 1 },
      retry: { attempts: 3, delayMs: 0 },
    }).run();
    expect(rows).toEqual(good);
    expect(letters.items.map(({ item, position }) => [item, position])).toEqual(bad.map((n) => [n, n]));
    expect(letters.items[0]).toMatchObject({
      stage: 'table',
      attempts: 3,
      error: { name: 'RangeError', message: '3 is refused' },
    });
    expect([report.stages[1]!.deadLettered, report.stages[1]!.retries, discrepancies(report)]).toEqual([
      bad.length,
      2 * bad.length,
      [],
    ]);
  });

  test('B21 that the error names by their index cost one more write each', async () => {
    const { sink, rows, writes } = table(odd, true);
    const batches = { onError: 'skip', capacity: 1024, batch: { items: 100, ms: 2 ** 31 - 1 } } as const;
    await localTo(() => flow(upTo(100)), sink, batches).run();
    expect([rows, writes()]).toEqual([good, 1 + bad.length]);
  });

  test('B22 wait for room among the dead letters, and the commit waits for them', async () => {
    const { passed, open } = gate();
    const letters = memorySink<DeadLetter>((call) => (call === 'write' ? passed : undefined));
    const { sink, commits } = table(() => true);
    const run = localTo(() => flow(upTo(3000), { deadLetters: letters.sink }), sink, {
      onError: 'deadLetter',
      batch: { items: 16 },
    }).start();
    let before = -1;
    while (run.snapshot().stages[1]!.deadLettered !== before) {
      before = run.snapshot().stages[1]!.deadLettered;
      for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect([before > 0 && before < 3000, commits()]).toEqual([true, 0]);
    open();
    const report = await run.finished;
    expect([letters.items.length, commits(), letters.count('commit'), discrepancies(report)]).toEqual([3000, 1, 1, []]);
    expect(letters.items.map(({ item }) => item)).toEqual(upTo(3000));
  });

  test('one more than maxErrors allows fails the run, which commits nothing', async () => {
    const { sink, commits } = table(odd);
    const run = localTo(() => flow(upTo(100), { maxErrors: 2 }), sink, { onError: 'skip', batch: { items: 8 } }).start();
    const error = (await rejection(run.finished)) as Error;
    expect(error.message).toContain('maxErrors');
    expect(commits()).toBe(0);
  });
});
