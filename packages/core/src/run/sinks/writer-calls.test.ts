import { describe, expect, test } from '@jest/globals';
import { TimeoutError } from '@millrace/workers';
import type { SinkContext, Writer } from '../../declare/sink.js';
import { ManualTimers } from '../../timers.fixture.js';
import { quiet } from '../stage.fixture.js';
import { type CallFailure, WriterCalls } from './writer-calls.js';

interface Pending {
  readonly context: SinkContext;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function bench(timeoutMs?: number) {
  const pending: Pending[] = [];
  const writer: Writer<unknown> = {
    write: (_, context) => new Promise((resolve, reject) => pending.push({ context, resolve, reject })),
    commit: async () => undefined,
    abort: async () => undefined,
  };
  const timers = new ManualTimers();
  const controller = new AbortController();
  const calls = new WriterCalls(writer, {
    stage: 'out',
    basis: { signal: controller.signal, sources: ['in'] },
    timeoutMs,
    graceMs: 100,
    timers,
  });
  const settled: (CallFailure | undefined)[] = [];
  const write = (): Pending => {
    calls.write({ items: [1], positions: [0], failures: 0 }, 1, (failure) => settled.push(failure));
    return pending.at(-1)!;
  };
  const isQuiet = async (): Promise<boolean> => {
    let resolved = false;
    void calls.quiet.then(() => {
      resolved = true;
    });
    await quiet();
    return resolved;
  };
  return { calls, timers, controller, settled, write, isQuiet };
}

describe('WriterCalls', () => {
  test('without a time limit a write has the signal of its sink, and all the time', async () => {
    const { timers, controller, settled, write } = bench();
    const call = write();
    expect(call.context.signal).toBe(controller.signal);
    expect(timers.waiting).toBe(0);
    call.resolve();
    await quiet();
    expect(settled).toEqual([undefined]);
  });

  test('B16 a write that takes too long has its own signal aborted, and fails with a TimeoutError when it settles', async () => {
    const { timers, controller, settled, write, isQuiet } = bench(50);
    const call = write();
    const other = write();
    timers.elapse(70);
    const { signal } = call.context;
    expect([signal.aborted, signal.reason]).toEqual([true, expect.any(TimeoutError)]);
    expect([settled, controller.signal.aborted]).toEqual([[], false]);
    call.reject(new Error('because of the signal'));
    other.reject(new Error('because of the signal'));
    await quiet();
    expect(settled).toEqual([{ error: signal.reason }, { error: other.context.signal.reason }]);
    expect((signal.reason as Error).message).toBe('attempt 1 in stage "out" took longer than its timeoutMs, 50 ms');
    expect([timers.waiting, await isQuiet()]).toEqual([0, true]);
  });

  test('B16 one that succeeds within its grace is written', async () => {
    const { timers, settled, write } = bench(50);
    const call = write();
    timers.elapse(60);
    timers.elapse(90);
    call.resolve();
    await quiet();
    timers.elapse(1000);
    expect([settled, timers.waiting]).toEqual([[undefined], 0]);
  });

  test('B17 one that does not settle within its grace is given up, and what comes of it changes nothing', async () => {
    const { timers, settled, write, isQuiet } = bench(50);
    const call = write();
    timers.elapse(70);
    expect(await isQuiet()).toBe(false);
    timers.elapse(100);
    expect(settled).toEqual([{ error: call.context.signal.reason }]);
    expect(await isQuiet()).toBe(true);
    call.resolve();
    await quiet();
    expect([settled.length, timers.waiting]).toEqual([1, 0]);
  });

  test('B16 one that settles in time hears nothing of the limit', async () => {
    const { timers, settled, write } = bench(50);
    const [well, badly] = [write(), write()];
    const error = new Error('refused');
    well.resolve();
    badly.reject(error);
    await quiet();
    timers.elapse(1000);
    expect(settled).toEqual([undefined, { error }]);
    expect([well.context.signal.aborted, timers.waiting]).toEqual([false, 0]);
  });

  test('a stop passes on the abort of the run and leaves no timer; the calls are waited for', async () => {
    const { calls, timers, controller, write, isQuiet } = bench(50);
    const late = write();
    timers.elapse(70);
    const call = write();
    controller.abort('the run is over');
    calls.stop();
    expect([call.context.signal.reason, timers.waiting]).toEqual(['the run is over', 0]);
    call.resolve();
    expect(await isQuiet()).toBe(false);
    late.resolve();
    expect(await isQuiet()).toBe(true);
  });
});
