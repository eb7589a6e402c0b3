import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SinkContext, Writer } from '../../declare/sink.js';
import type { StagePlan } from '../../plan/index.js';
import { Edge } from '../../queue/index.js';
import { ManualTimers } from '../../timers.fixture.js';
import type { RetryPolicy } from '../attempts/retry.js';
import { Meter } from '../measure/meter.js';
import { planOf, quiet, RecordingHost } from '../stage.fixture.js';
import { noCounts } from '../stage.js';
import { SinkStage } from './sink-stage.js';

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A writer whose calls wait until the test lets them go. */
class HeldWriter implements Writer<unknown> {
  readonly calls: string[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #pending: Pending[] = [];

  #call(text: string): Promise<void> {
    this.calls.push(text);
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
    });
  }

  readonly write = (items: readonly unknown[], { signal }: SinkContext): Promise<void> => {
    this.signals.push(signal);
    return this.#call(`write ${items.join(',')}`);
  };
  readonly commit = (): Promise<void> => this.#call('commit');
  readonly abort = (): Promise<void> => this.#call('abort');

  /** @param which of the pending calls, the first one first */
  async succeed(which = 0): Promise<void> {
    this.#pending.splice(which, 1)[0]?.resolve();
    await quiet();
  }

  async fail(error: unknown, which = 0): Promise<void> {
    this.#pending.splice(which, 1)[0]?.reject(error);
    await quiet();
  }
}

function bench(writer: Writer<unknown>, parts: Partial<StagePlan> = {}, retry?: RetryPolicy) {
  const edge = new Edge(100);
  const host = new RecordingHost();
  const timers = new ManualTimers();
  const context = { signal: new AbortController().signal, sources: ['in'] };
  const plan = planOf('out', { kind: 'sink', batch: 2, ...parts });
  const stage = new SinkStage(plan, edge, writer, context, host, new Meter(0), { retry, graceMs: 100, timers });
  const push = (...positions: number[]): void => {
    for (const position of positions) edge.push(position, position);
  };
  /** Steps the stage as often as it was woken. */
  const settle = (): void => {
    do {
      host.woken.length = 0;
      stage.step();
    } while (host.woken.length > 0 && !stage.ended);
    // As a run does that has no other sink.
    if (stage.written) stage.commit();
  };
  return { edge, host, stage, push, timers, settle };
}

const twice: RetryPolicy = { attempts: 2, delayMs: 10, factor: 1, maxDelayMs: 10, jitter: false };

describe('SinkStage', () => {
  test('B12 B13 writes what has come, at most a batch, one write at a time, and commits after END when it may', async () => {
    const writer = new HeldWriter();
    const { edge, stage, push } = bench(writer);
    push(0, 1, 2);
    stage.step();
    stage.step();
    expect(writer.calls).toEqual(['write 0,1']);
    expect([stage.held, stage.lowestPosition(0), stage.load, stage.activity]).toEqual([2, 0, 1, 'busy']);
    await writer.succeed();
    expect([stage.held, stage.lowestPosition(0), stage.load, stage.activity]).toEqual([0, undefined, 0, 'starved']);
    edge.end();
    stage.step();
    await writer.succeed();
    stage.step();
    expect([stage.written, writer.calls]).toEqual([true, ['write 0,1', 'write 2']]);
    stage.commit();
    expect(writer.calls).toEqual(['write 0,1', 'write 2', 'commit']);
    expect(stage.ended).toBe(false);
    await writer.succeed();
    stage.step();
    expect([stage.ended, stage.committed, stage.counts.ok]).toEqual([true, true, 3]);
  });

  test('B13 without any item it commits', async () => {
    const writer = new HeldWriter();
    const { edge, stage } = bench(writer);
    stage.step();
    expect(writer.calls).toEqual([]);
    edge.end();
    stage.step();
    stage.commit();
    expect(writer.calls).toEqual(['commit']);
  });

  test('items count as delivered when their write has succeeded', async () => {
    const writer = new HeldWriter();
    const { host, stage, push } = bench(writer);
    push(0, 1);
    stage.step();
    expect(stage.counts.ok).toBe(0);
    await writer.succeed();
    expect(stage.counts.ok).toBe(2);
    expect(host.woken).toEqual([stage]);
  });

  test('B18 a failed write of one item blames it, of several none', async () => {
    const error = new Error('disk full');
    for (const [positions, blamed] of [
      [[7], 7],
      [[7, 8], -1],
    ] as const) {
      const writer = new HeldWriter();
      const { host, stage, push } = bench(writer);
      push(...positions);
      stage.step();
      await writer.fail(error);
      expect(host.failures).toEqual([{ stage: 'out', position: blamed, error }]);
      expect(stage.counts).toEqual({ ...noCounts(), failed: positions.length });
    }
  });

  test('a writer that throws at once or gives no promise is treated alike', async () => {
    const error = new Error('at once');
    const throwing = bench({
      write: () => {
        throw error;
      },
      commit: async () => undefined,
      abort: async () => undefined,
    });
    throwing.push(1);
    throwing.stage.step();
    await quiet();
    expect(throwing.host.failures).toMatchObject([{ error }]);

    const sync = bench({ write: () => undefined, commit: () => undefined, abort: () => undefined } as unknown as Writer<unknown>);
    sync.push(1);
    sync.stage.step();
    await quiet();
    expect(sync.stage.counts.ok).toBe(1);
  });

  test('B14 after a stop nothing is written and no failure is told; the call under way can be waited for', async () => {
    const writer = new HeldWriter();
    const { edge, host, stage, push } = bench(writer);
    push(1, 2, 3);
    stage.step();
    stage.stop();
    let isQuiet = false;
    void stage.quiet.then(() => {
      isQuiet = true;
    });
    await quiet();
    expect([isQuiet, edge.length, stage.held]).toEqual([false, 0, 0]);
    await writer.fail(new Error('late'));
    expect(isQuiet).toBe(true);
    expect(host.failures).toEqual([]);
    stage.step();
    expect(writer.calls).toEqual(['write 1,2']);
  });

  test('B12 at most `concurrency` writes are under way; the commit waits for all', async () => {
    const writer = new HeldWriter();
    const { edge, stage, push, settle } = bench(writer, { concurrency: 2 });
    push(0, 1, 2, 3, 4);
    settle();
    expect(writer.calls).toEqual(['write 0,1', 'write 2,3']);
    expect([stage.held, stage.lowestPosition(0), stage.load]).toEqual([4, 0, 1]);
    await writer.succeed(1);
    edge.end();
    settle();
    expect(writer.calls.slice(2)).toEqual(['write 4']);
    await writer.succeed(1);
    settle();
    expect([stage.held, stage.load, writer.calls.length]).toEqual([2, 0.5, 3]);
    await writer.succeed();
    settle();
    expect(writer.calls.slice(3)).toEqual(['commit']);
    expect(stage.counts.ok).toBe(5);
  });

  test('B11 with batch.ms a write waits for items, and END ends the waiting', async () => {
    const writer = new HeldWriter();
    const { edge, stage, push, timers, settle } = bench(writer, { batchMs: 10 });
    push(0);
    settle();
    expect([writer.calls, stage.held, stage.activity]).toEqual([[], 1, 'starved']);
    timers.elapse(10);
    settle();
    expect(writer.calls).toEqual(['write 0']);
    await writer.succeed();
    push(1);
    settle();
    edge.end();
    settle();
    expect(writer.calls.slice(1)).toEqual(['write 1']);
    await writer.succeed();
    settle();
    await writer.succeed();
    expect([stage.committed, timers.waiting]).toEqual([true, 0]);
  });

  test('B13 a timer that nobody waits for any more does not outlive the commit', () => {
    const writer = new HeldWriter();
    const { edge, push, timers, settle } = bench(writer, { batch: 1, batchMs: 10, timeoutMs: 1000, concurrency: 3 });
    push(0, 1);
    settle();
    edge.end();
    return writer
      .succeed()
      .then(() => writer.succeed())
      .then(() => {
        settle();
        expect([writer.calls.at(-1), timers.waiting]).toEqual(['commit', 0]);
      });
  });

  test('B16 a flush that takes too long has its signal aborted and fails the run; one in time leaves no timer', async () => {
    for (const isLate of [true, false]) {
      const writer = new HeldWriter();
      const signals: AbortSignal[] = [];
      const { write, commit, abort } = writer;
      const flush = async (context: SinkContext): Promise<void> => {
        signals.push(context.signal);
        await writer.commit();
      };
      const { edge, host, stage, timers, settle } = bench({ write, commit, abort, flush }, { timeoutMs: 50 });
      edge.end();
      settle();
      if (isLate) timers.elapse(70 + 100);
      else await writer.succeed();
      expect(signals.map(({ aborted }) => aborted)).toEqual([isLate]);
      expect(host.failures.map(({ error }) => error)).toEqual(isLate ? [signals[0]!.reason] : []);
      expect(host.failures).toMatchObject(isLate ? [{ stage: 'out', position: -1, error: { code: 'ERR_TIMEOUT' } }] : []);
      expect([stage.written, timers.waiting]).toEqual([true, 0]);
    }
  });

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
