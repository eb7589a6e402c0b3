import { describe, expect, test } from '@jest/globals';
import { batch, cpu, type Flow, flow, io, merge, operators, type RunReport } from '@millrace/core';
import { map } from 'rxjs';
import { discrepancies, ended, local, memorySink, turn } from './kit.fixture.js';

interface Row {
  readonly id: number;
}

/** Rows read and not yet done with: the most there ever were. */
function ledger() {
  let [made, done, most] = [0, 0, 0];
  const rows = (count: number) =>
    flow(function* () {
      for (let id = 0; id < count; id += 1) {
        made += 1;
        most = Math.max(most, made - done);
        yield { id };
      }
    });
  const slow = async (all: readonly Row[]): Promise<number> => {
    await turn();
    done += all.length;
    return all.length;
  };
  return { rows, slow, most: () => most };
}

type Ledger = ReturnType<typeof ledger>;

const size = 500;
const total = 40_000;

/** Flows that hold batches, each before what is slow to take them. */
const flows: Record<string, (book: Ledger) => Flow<unknown>> = {
  'an io task': ({ rows, slow }) => rows(total).pipe(batch({ items: size }), io('insert', slow, { concurrency: 2 })),
  'an io task without order': ({ rows, slow }) =>
    rows(total).pipe(batch({ items: size }), io('insert', slow, { concurrency: 2, order: 'none' })),
  'an io task by key': ({ rows, slow }) =>
    rows(total).pipe(batch({ items: size }), io('insert', slow, { concurrency: 2, key: ([first]) => first!.id % 3 })),
  'a cpu task on the main thread': ({ rows, slow }) => rows(total).pipe(batch({ items: size }), cpu('insert', slow)),
  'a merge, a tee and a route': ({ rows, slow }) =>
    merge(rows(total / 2).pipe(batch({ items: size })), rows(total / 2).pipe(batch({ items: size / 2 })))
      .tee('copy', (f) => f.to(memorySink<Row[]>().sink))
      .route((r) => r.otherwise('all', (f) => f.pipe(io('insert', slow, { concurrency: 2 })))),
};

describe('R2 B30 no more rows are in memory than the bound says, where batches wait before', () => {
  test.each(Object.keys(flows))('%s', async (name) => {
    const book = ledger();
    const report = await local(() => flows[name]!(book)).run(undefined, { workers: 0 });
    expect(discrepancies(report)).toEqual([]);
    expect(report.read).toBe(total);
    expect(book.most()).toBeLessThanOrEqual(report.bound!);
    // The peak is looked at between two steps, in which a batch may come and go.
    expect(report.peak).toBeGreaterThanOrEqual(book.most() - 2 * size);
  });

  test('a sink', async () => {
    const book = ledger();
    const memory = memorySink<Row[]>((call, all) => (call === 'write' ? book.slow(all.flat()) : undefined));
    const report = await ended(() =>
      book
        .rows(total)
        .pipe(batch({ items: size }))
        .to(memory.sink),
    ).run();
    expect(discrepancies(report)).toEqual([]);
    expect(book.most()).toBeLessThanOrEqual(report.bound!);
    expect(report.peak).toBeGreaterThanOrEqual(book.most() - size);
  });

  test('a batch of batches', async () => {
    const book = ledger();
    const report = await local(() =>
      book.rows(total).pipe(
        batch({ items: 50 }),
        batch({ items: 10 }),
        io('insert', (all) => book.slow(all.flat()), { concurrency: 2 }),
      ),
    ).run();
    expect(discrepancies(report)).toEqual([]);
    expect(book.most()).toBeLessThanOrEqual(report.bound!);
  });

  test('operators in a chain, which get one at a time', async () => {
    const book = ledger();
    const report = await local(() =>
      book.rows(total).pipe(batch({ items: size }), io('chain', operators(map((all) => all))), io('insert', book.slow)),
    ).run();
    expect(discrepancies(report)).toEqual([]);
    expect(stageOf(report, 'chain').queue.capacity).toBe(3);
  });
});

test('B30 a batch that is partly full counts what it has', async () => {
  const book = ledger();
  const report = await local(() => book.rows(10).pipe(batch({ items: size }), io('insert', book.slow))).run();
  expect([report.peak, discrepancies(report)]).toEqual([10, []]);
});

function stageOf({ stages }: RunReport, name: string) {
  return stages.find((stage) => stage.name === name)!;
}
