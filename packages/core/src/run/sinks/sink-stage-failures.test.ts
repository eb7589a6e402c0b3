import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RetryPolicy } from '../attempts/retry.js';
import { bench, HeldWriter } from './sink-stage.fixture.js';

const twice: RetryPolicy = { attempts: 2, delayMs: 10, factor: 1, maxDelayMs: 10, jitter: false };

describe('SinkStage, of writes that fail', () => {
  test('B15 a failed write is repeated whole, after its delay, and nothing overtakes it', async () => {
    const writer = new HeldWriter();
    const { host, stage, push, timers, settle } = bench(writer, {}, twice);
    push(0, 1, 2);
    settle();
    await writer.fail(new Error('busy'));
    settle();
    expect([writer.calls, stage.activity, stage.held]).toEqual([['write 0,1'], 'busy', 2]);
    timers.elapse(10);
    settle();
    expect(writer.calls).toEqual(['write 0,1', 'write 0,1']);
    await writer.succeed();
    settle();
    expect(writer.calls[2]).toBe('write 2');
    expect([stage.retries, stage.counts.ok, host.failures]).toEqual([1, 2, []]);
  });

  test('B15 B18 when its attempts are spent, the run fails with the last error', async () => {
    const writer = new HeldWriter();
    const { host, stage, push, timers, settle } = bench(writer, {}, twice);
    push(7);
    settle();
    await writer.fail(new Error('first'));
    settle();
    timers.elapse(10);
    settle();
    const last = new Error('last');
    await writer.fail(last);
    expect(host.failures).toEqual([{ stage: 'out', position: 7, error: last }]);
    expect(stage.counts).toMatchObject({ ok: 0, failed: 1 });
  });

  test('B15 an error that asks for a rest holds all writes', async () => {
    const writer = new HeldWriter();
    const { push, timers, settle } = bench(writer, { concurrency: 2 }, twice);
    push(0, 1);
    settle();
    await writer.fail(Object.assign(new Error('busy'), { retryAfterMs: 500 }));
    push(2);
    settle();
    timers.elapse(499);
    settle();
    expect(writer.calls).toEqual(['write 0,1']);
    timers.elapse(1);
    settle();
    expect(writer.calls.slice(1)).toEqual(['write 0,1', 'write 2']);
  });

  test('E8 B15 what asked for a rest at the end leaves no timer behind', async () => {
    const writer = new HeldWriter();
    const { edge, host, push, stage, timers, settle } = bench(writer, { onError: 'skip' }, { ...twice, when: () => false });
    host.fate = 'skipped';
    push(0);
    edge.end();
    settle();
    await writer.fail(Object.assign(new Error('busy'), { retryAfterMs: 60_000 }));
    settle();
    expect([stage.committing, stage.counts.skipped, timers.waiting]).toEqual([true, 1, 0]);
  });

  test('B16 B17 a write that takes too long fails, and is repeated when it has settled or its grace is over', async () => {
    const writer = new HeldWriter();
    const { host, push, timers, settle } = bench(writer, { timeoutMs: 50 }, { ...twice, attempts: 3, delayMs: 0 });
    push(0, 1);
    settle();
    timers.elapse(70);
    settle();
    expect([writer.calls.length, writer.signals[0]!.aborted]).toEqual([1, true]);
    await writer.fail(new Error('it heeds its signal'));
    settle();
    expect(writer.calls.length).toBe(2);
    timers.elapse(70 + 100);
    settle();
    expect(writer.calls).toEqual(['write 0,1', 'write 0,1', 'write 0,1']);
    expect(writer.signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    timers.elapse(70 + 100);
    expect(host.failures).toMatchObject([{ error: { code: 'ERR_TIMEOUT' } }]);
  });

  test('B19 B20 a batch that cannot be written is halved, and a row that stands alone has all its attempts', async () => {
    const writer = new HeldWriter();
    const { host, stage, push, timers, settle } = bench(writer, { batch: 4, onError: 'skip' }, { ...twice, delayMs: 0 });
    host.fate = 'skipped';
    push(0, 1, 2, 3);
    settle();
    const refused = new Error('refused');
    for (const [call, outcome] of [
      ['write 0,1,2,3', 'fails'],
      ['write 0,1,2,3', 'fails'],
      ['write 0,1', 'fails'],
      ['write 0', 'succeeds'],
      ['write 1', 'fails'],
      ['write 1', 'fails'],
      ['write 2,3', 'succeeds'],
    ] as const) {
      expect(writer.calls.at(-1)).toBe(call);
      expect(stage.held).toBe(4 - stage.counts.ok - stage.counts.skipped);
      if (outcome === 'fails') await writer.fail(refused);
      else await writer.succeed();
      settle();
    }
    expect(timers.waiting).toBe(0);
    expect(host.rejections).toEqual([{ stage: 'out', item: 1, position: 1, error: refused, attempts: 5 }]);
    expect(stage.counts).toMatchObject({ ok: 3, skipped: 1, failed: 0 });
    expect([stage.held, stage.activity]).toEqual([0, 'starved']);
  });

  test('B21 a row that the error names is rejected at once, and the others are written together', async () => {
    const writer = new HeldWriter();
    const { host, push, settle } = bench(writer, { batch: 4, onError: 'skip' });
    host.fate = 'skipped';
    push(0, 1, 2, 3);
    settle();
    await writer.fail(Object.assign(new Error('refused'), { index: 2 }));
    settle();
    expect(host.rejections).toMatchObject([{ item: 2, position: 2, attempts: 1 }]);
    expect(writer.calls).toEqual(['write 0,1,2,3', 'write 0,1,3']);
  });

  test('B22 a row without room among the dead letters keeps its place, and other writes go on', async () => {
    const writer = new HeldWriter();
    const { edge, host, stage, push, settle } = bench(writer, { batch: 1, concurrency: 2, onError: 'deadLetter' });
    host.fate = 'full';
    push(0, 1);
    settle();
    await writer.fail(new Error('refused'));
    settle();
    await writer.succeed();
    settle();
    expect([stage.held, stage.lowestPosition(0), stage.activity, stage.counts.ok]).toEqual([1, 0, 'blocked', 1]);
    push(2);
    edge.end();
    settle();
    await writer.succeed();
    settle();
    expect(writer.calls).toEqual(['write 0', 'write 1', 'write 2']);
    host.fate = 'deadLettered';
    settle();
    expect(host.rejections).toMatchObject([{ item: 0, position: 0 }]);
    expect(writer.calls[3]).toBe('commit');
    expect(stage.counts).toMatchObject({ ok: 2, deadLettered: 1 });
  });

  test('a rejection that fails the run ends the write', async () => {
    const writer = new HeldWriter();
    const { host, stage, push, settle } = bench(writer, { onError: 'skip' });
    push(0, 1);
    settle();
    await writer.fail(Object.assign(new Error('refused'), { index: 0 }));
    settle();
    expect([host.failures.length, stage.held, writer.calls.length]).toEqual([1, 0, 1]);
  });

  test('B14 a stop between two attempts leaves no timer and starts nothing', async () => {
    const writer = new HeldWriter();
    const { host, stage, push, timers, settle } = bench(writer, { batchMs: 50, concurrency: 2, timeoutMs: 1000 }, twice);
    push(0, 1, 2);
    settle();
    await writer.fail(new Error('busy'));
    settle();
    stage.stop();
    expect([stage.held, timers.waiting]).toEqual([0, 0]);
    timers.elapse(1000);
    stage.step();
    expect([writer.calls.length, host.failures]).toEqual([1, []]);
  });

  test('B9 B19 B23 of any rows, with any bad ones among them, the good ones are written once and the bad ones rejected once', async () => {
    const plans = fc.record({ batch: fc.integer({ min: 1, max: 9 }), concurrency: fc.integer({ min: 1, max: 3 }) });
    const names = fc.constantFrom('always', 'sometimes', 'never');
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.array(fc.boolean(), { maxLength: 40 }),
        names,
        fc.integer({ min: 1, max: 3 }),
        async (plan, bad, naming, attempts) => {
          const written: number[] = [];
          let calls = 0;
          let committed = 0;
          const { edge, host, stage, push, settle } = bench(
            {
              // All or nothing, as a transaction is.
              write: async (items) => {
                calls += 1;
                const index = (items as number[]).findIndex((item) => bad[item]);
                if (index < 0) written.push(...(items as number[]));
                else
                  throw naming === 'never' || (naming === 'sometimes' && calls % 2 === 0)
                    ? new Error()
                    : Object.assign(new Error(), { index });
              },
              commit: async () => {
                committed += 1;
              },
              abort: async () => undefined,
            },
            { ...plan, onError: 'skip' },
            { ...twice, attempts, delayMs: 0 },
          );
          host.fate = 'skipped';
          push(...bad.keys());
          edge.end();
          for (let steps = 0; !stage.ended && steps < 2000; steps += 1) {
            settle();
            expect(stage.held).toBeLessThanOrEqual(plan.batch * plan.concurrency);
            await Promise.resolve();
          }
          const good = [...bad.keys()].filter((item) => !bad[item]);
          expect(plan.concurrency === 1 ? written : written.toSorted((a, b) => a - b)).toEqual(good);
          const rejected = host.rejections.map(({ item }) => item as number).toSorted((a, b) => a - b);
          expect(rejected).toEqual([...bad.keys()].filter((item) => bad[item]));
          expect(stage.counts).toMatchObject({ ok: good.length, skipped: rejected.length, failed: 0 });
          expect([committed, stage.held, host.failures]).toEqual([1, 0, []]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
