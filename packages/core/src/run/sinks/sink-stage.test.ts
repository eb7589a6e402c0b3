import { describe, expect, test } from '@jest/globals';
import type { SinkContext, Writer } from '../../declare/sink.js';
import { quiet } from '../stage.fixture.js';
import { noCounts } from '../stage.js';
import { bench, HeldWriter } from './sink-stage.fixture.js';

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
});
