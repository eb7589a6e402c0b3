import { describe, expect, test } from '@jest/globals';
import { batch, flow, io, type Sink, type SinkContext, type StageError, type Writer } from '@millrace/core';
import { take } from 'rxjs';
import { counting, discrepancies, gate, local, localTo, memorySink, never, rejection, turn, until, upTo } from './kit.fixture.js';

/** Longer than any test. */
const forEver = 2 ** 31 - 1;

/** A sink of these calls; those that are left out do nothing. */
function sinkOf(parts: Partial<Writer<number>>): Sink<number> {
  const nothing = async (): Promise<void> => undefined;
  return { name: 'out', open: async () => ({ write: nothing, commit: nothing, abort: nothing, ...parts }) };
}

describe('writes of a sink', () => {
  test.each([1, 3, 16])(
    'B9 B12 B13 with %i at once, all is written once, no more overlap, and one commit is the last call',
    async (concurrency) => {
      for (const capacity of [1, 4, 1024]) {
        const written: number[] = [];
        const calls: string[] = [];
        let active = 0;
        let most = 0;
        const sink = sinkOf({
          write: async (items) => {
            active += 1;
            most = Math.max(most, active);
            for (let i = 0; i < 1 + (items[0]! % 3); i += 1) await turn();
            written.push(...items);
            calls.push('write');
            active -= 1;
          },
          commit: async () => {
            calls.push(`commit with ${active} under way`);
          },
        });
        const report = await localTo(() => flow(upTo(200)), sink, { capacity, concurrency, batch: { items: 3 } }).run();
        expect(most).toBeLessThanOrEqual(concurrency);
        if (capacity > 3 && concurrency > 1) expect(most).toBeGreaterThan(1);
        expect(concurrency === 1 ? written : written.toSorted((a, b) => a - b)).toEqual(upTo(200));
        expect(calls.filter((call) => call !== 'write')).toEqual(['commit with 0 under way']);
        expect(calls.at(-1)).toBe('commit with 0 under way');
        expect([report.delivered, discrepancies(report)]).toEqual([200, []]);
      }
    },
  );

  test('B14 when one of several writes fails, the run rejects with its error, and the abort waits for the others', async () => {
    const calls: string[] = [];
    const { passed, open } = gate();
    const sink = sinkOf({
      write: async ([item], { signal }: SinkContext) => {
        if (item === 1) throw new RangeError('refused');
        signal.addEventListener('abort', open);
        await passed;
        await turn();
        calls.push(`written ${item}`);
      },
      commit: async () => void calls.push('commit'),
      abort: async (reason) => void calls.push(`abort for ${(reason as Error).message}`),
    });
    const run = localTo(() => flow(upTo(50)), sink, { concurrency: 3, batch: { items: 1 } }).start();
    const error = await rejection(run.finished);
    expect(error).toMatchObject({ stage: 'out', position: 1, cause: { message: 'refused' } });
    expect(calls).toEqual(['written 0', 'written 2', 'abort for stage "out" failed at item 1: RangeError: refused']);
    expect(discrepancies((error as StageError).report!)).toEqual([]);
  });

  test('B18 an error of a later write, of the flush, or of the commit, blames the item of an earlier one by the context of that', async () => {
    for (const call of ['write', 'flush', 'commit'] as const) {
      let first: SinkContext | undefined;
      const refuse = () => {
        throw Object.assign(new RangeError('refused'), { index: 1, context: first });
      };
      const sink = sinkOf({
        write: async (_, context) => {
          if (first !== undefined && call === 'write') refuse();
          first ??= context;
        },
        flush: async () => (call === 'flush' ? refuse() : undefined),
        commit: async () => refuse(),
      });
      const run = localTo(() => flow(upTo(9)), sink, { batch: { items: 3 } }).run();
      expect(await rejection(run)).toMatchObject({ stage: 'out', position: 1, cause: { message: 'refused' } });
    }
  });

  test('B28 no sink commits before all have flushed, and when one cannot, none does', async () => {
    const calls: string[] = [];
    const named = (name: string, flush: () => void): Sink<number> => ({
      ...sinkOf({
        flush: async () => {
          await turn();
          calls.push(`${name} flushes`);
          flush();
        },
        commit: async () => void calls.push(`${name} commits`),
        abort: async () => void calls.push(`${name} aborts`),
      }),
      name,
    });
    const both = (flush: () => void) =>
      localTo(() => flow(upTo(3)).tee('beside', (beside) => beside.to(named('a', () => {}))), named('b', flush));
    await both(() => {}).run();
    expect(calls.splice(0).map((call) => call.split(' ')[1])).toEqual(['flushes', 'flushes', 'commits', 'commits']);
    const refuse = () => {
      throw new RangeError('refused');
    };
    expect(await rejection(both(refuse).run())).toMatchObject({ stage: 'b', cause: { message: 'refused' } });
    expect(calls.filter((call) => !call.endsWith('flushes')).sort()).toEqual(['a aborts', 'b aborts']);
  });

  test('B29 a sink is told at its opening whether a write that fails ends the run', async () => {
    const told = async (options?: Parameters<typeof localTo>[2]) => {
      let context: SinkContext | undefined;
      const sink: Sink<number> = {
        name: 'out',
        open: async (given) => {
          context = given;
          return sinkOf({}).open(given);
        },
      };
      await localTo(() => flow(upTo(3)), sink, options).run();
      return context?.onFailure;
    };
    expect(await told()).toBe('fail');
    expect(await told({ retry: { attempts: 1 }, timeoutMs: forEver })).toBe('fail');
    expect(await told({ retry: { attempts: 2 } })).toBe('again');
    expect(await told({ onError: 'skip' })).toBe('again');
  });

  test('B15 a flaky sink gets every item once, and the report counts the repeats', async () => {
    const memory = memorySink<number>((call, items) => {
      if (call !== 'write' || seen.has(items[0]!)) return;
      seen.add(items[0]!);
      throw new Error('flaky');
    });
    const seen = new Set<number>();
    const report = await localTo(() => flow(upTo(20)), memory.sink, {
      capacity: 4,
      batch: { items: 4 },
      retry: { attempts: 2, delayMs: 1 },
    }).run();
    expect(memory.items).toEqual(upTo(20));
    expect([report.stages[1]!.retries, report.delivered, memory.overlaps]).toEqual([seen.size, 20, 0]);
  });

  test('B15 retry.when decides, and the attempt is told', async () => {
    const asked: [string, number][] = [];
    const sink = sinkOf({
      write: async () => {
        throw new Error('refused');
      },
    });
    const when = (error: unknown, attempt: number): boolean => {
      asked.push([(error as Error).message, attempt]);
      return attempt < 2;
    };
    const run = localTo(() => flow([1]), sink, { retry: { attempts: 9, delayMs: 0, when } });
    expect(await rejection(run.run())).toMatchObject({ attempt: 2 });
    expect(asked).toEqual([
      ['refused', 1],
      ['refused', 2],
    ]);
  });

  test.each([
    ['heeds its signal', true],
    ['ignores it', false],
  ])('B16 B17 a write that hangs and %s is ended by timeoutMs', async (_, heeds) => {
    let aborts = 0;
    let writes = 0;
    const sink = sinkOf({
      write: (_items, { signal }) => {
        writes += 1;
        return heeds
          ? new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('told'))))
          : never();
      },
      abort: async () => {
        aborts += 1;
      },
    });
    const options = { timeoutMs: 10, retry: { attempts: 2, delayMs: 0 }, capacity: 1 };
    const { seen, flow: numbers } = counting();
    const run = localTo(() => numbers(), sink, options).start(undefined, { graceMs: 20 });
    const error = await rejection(run.finished);
    expect(error).toMatchObject({ stage: 'out', attempt: 2, cause: { code: 'ERR_TIMEOUT' } });
    expect([writes, aborts, seen.returned]).toEqual([2, 1, 1]);
  });

  test('B14 a cancel ends the wait for the next attempt and for a batch', async () => {
    for (const options of [
      { retry: { attempts: 2, delayMs: forEver, jitter: false, maxDelayMs: forEver } },
      { batch: { ms: forEver } },
    ]) {
      const memory = memorySink<number>((call) => {
        if (call === 'write') throw new Error('refused');
      });
      const { flow: numbers } = counting(Number.POSITIVE_INFINITY, never);
      const source = async function* (): AsyncGenerator<number> {
        yield 1;
        yield* numbers();
      };
      const run = localTo(() => flow(source), memory.sink, options).start();
      await until(() => run.snapshot().stages[1]?.in === 1 && (options.batch !== undefined || memory.count('write') === 1));
      run.cancel();
      expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED' });
      expect([memory.count('abort'), memory.count('commit')]).toEqual([1, 0]);
    }
  });

  test('B11 END and a drain write what waits at once', async () => {
    const memory = memorySink<number>();
    const options = { batch: { items: 100, ms: forEver } };
    await localTo(() => flow(upTo(5)), memory.sink, options).run();
    expect([memory.items, memory.count('write')]).toEqual([upTo(5), 1]);
    const { seen, flow: numbers } = counting(Number.POSITIVE_INFINITY, () => (seen.pulled > 3 ? never() : Promise.resolve()));
    const drained = memorySink<number>();
    const run = localTo(() => numbers(), drained.sink, options).start();
    await until(() => run.snapshot().stages[1]?.in === 3);
    await run.drain();
    expect([drained.items, drained.count('write'), drained.count('commit')]).toEqual([[0, 1, 2], 1, 1]);
  });

  test('B11 with ms a write goes out though nothing follows', async () => {
    const { passed, open } = gate();
    const memory = memorySink<number>((call) => {
      if (call === 'write') open();
    });
    const source = async function* (): AsyncGenerator<number> {
      yield 1;
      await passed;
      yield 2;
    };
    await localTo(() => flow(source), memory.sink, { batch: { ms: 1 } }).run();
    expect([memory.items, memory.count('write')]).toEqual([[1, 2], 2]);
  });

  test('B11 an operator that has enough ends the waiting', async () => {
    const memory = memorySink<number>();
    const { seen, flow: numbers } = counting();
    await localTo(() => numbers().pipe(take(3)), memory.sink, { batch: { ms: forEver } }).run();
    expect([memory.items, seen.returned]).toEqual([[0, 1, 2], 1]);
  });

  test('B10 batches in items and bytes, of batches of strings', async () => {
    const sizes: number[][] = [];
    const sink: Sink<string> = {
      name: 'out',
      open: async () => ({
        write: async (items) => void sizes.push(items.map(({ length }) => length)),
        commit: async () => undefined,
        abort: async () => undefined,
      }),
    };
    const lines = ['aaaa', 'bb', 'cccccccccccc', 'd', 'eeeee', 'f'];
    await localTo(() => flow(lines), sink, { batch: { items: 2, bytes: 6, ms: forEver } }).run();
    expect(sizes).toEqual([[4, 2], [12], [1, 5], [1]]);
  });

  test('B23 the bound holds with several writes that hang', async () => {
    const { passed, open } = gate();
    const sink = sinkOf({ write: () => passed });
    const { flow: numbers, seen } = counting(1000);
    const declared = localTo(() => numbers(), sink, { capacity: 5, concurrency: 3, batch: { items: 4 } });
    const run = declared.start();
    await until(() => seen.pulled >= 5 + 3 * 1);
    open();
    const report = await run.finished;
    expect(report.bound).toBe(declared.plan().bound.items);
    expect(discrepancies(report)).toEqual([]);
  });
});

describe('limits in bytes', () => {
  const large = 'x'.repeat(1000);

  test('B24 what waits before a stage stays below its bytes and one item more', async () => {
    const { passed, open } = gate();
    let pulled = 0;
    const source = async function* (): AsyncGenerator<string> {
      while (pulled < 100) {
        pulled += 1;
        yield large;
      }
    };
    const run = local(() =>
      flow(source).pipe(
        io('slow', (text: string) => passed.then(() => text.length), { concurrency: 1, window: 1, capacityBytes: 3500 }),
      ),
    ).start();
    await until(() => pulled >= 5);
    for (let i = 0; i < 20; i += 1) await turn();
    // One runs and four wait.
    expect(pulled).toBe(5);
    open();
    const report = await run.finished;
    expect(report.stages[1]!.queue).toEqual({ capacity: 1024, peak: 4, peakBytes: 4000 });
    expect([report.delivered, discrepancies(report)]).toEqual([100, []]);
  });

  test('B24 pulls that bring many large items go on as there is room', async () => {
    const texts = Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(1000));
    for (const capacityBytes of [1, 1500, 1_000_000]) {
      const memory = memorySink<string>();
      const report = await localTo(() => flow(texts), memory.sink, { capacityBytes, batch: { items: 7, bytes: 2500 } }).run();
      expect(memory.items).toEqual(texts);
      expect(report.stages[1]!.queue.peakBytes).toBeLessThan(capacityBytes + 1000);
    }
  });

  test('B25 objects count nothing, and the report says so', async () => {
    const report = await local(() => flow(upTo(10).map((n) => ({ n, large }))).pipe(batch({ items: 2, capacityBytes: 1 }))).run();
    expect(report.stages[1]!.queue).toEqual({ capacity: 1024, peak: 10 });
  });
});
