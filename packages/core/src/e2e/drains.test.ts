import { describe, expect, test } from '@jest/globals';
import { CancelledError, flow, io, PlanError, TimeoutError } from '@millrace/core';
import { endless } from './ends.fixture.js';
import { counting, discrepancies, gate, local, localTo, memorySink, never, rejection, until, upTo } from './kit.fixture.js';
import { cancelled, stalling } from './stopping.fixture.js';

const pass = io('pass', async (n: number) => n);

describe('drained', () => {
  test('E6 delivers what was read and does not wait for the pending source', async () => {
    const { seen, source } = stalling(5);
    const memory = memorySink<number>();
    const run = localTo(() => flow(source).pipe(pass), memory.sink).start();
    await until(() => run.snapshot().read === 5);
    const report = await run.drain();
    expect(report).toMatchObject({ outcome: 'drained', read: 5, delivered: 5 });
    expect(discrepancies(report)).toEqual([]);
    expect(memory.items).toEqual(upTo(5));
    expect({ returned: seen.returned, commit: memory.count('commit'), abort: memory.count('abort') }).toEqual({
      returned: 1,
      commit: 1,
      abort: 0,
    });
    expect(await run.finished).toBe(report);
  });

  test('E6 asks a source to return at once, though it is between two pulls, and once', async () => {
    const { seen, flow: numbers } = counting();
    const hold = gate();
    const held = io('held', (n: number) => hold.passed.then(() => n), { concurrency: 1, window: 1, capacity: 2 });
    const run = local(() => numbers().pipe(held)).start();
    await until(() => run.snapshot().read === 3);
    const drained = run.drain();
    await until(() => seen.returned === 1);
    hold.open();
    expect(await drained).toMatchObject({ outcome: 'drained', read: 3, delivered: 3 });
    expect(seen.returned).toBe(1);
  });

  test('E6 on threads, in the midst of an endless source', async () => {
    const run = endless.start(undefined, { workers: 2 });
    await until(() => run.snapshot().delivered > 100);
    const report = await run.drain();
    expect(report.outcome).toBe('drained');
    expect(report.delivered).toBe(report.read);
    expect(discrepancies(report)).toEqual([]);
  });

  test('before the start reads nothing', async () => {
    const { seen, flow: numbers } = counting();
    const memory = memorySink<number>();
    const run = localTo(numbers, memory.sink).start();
    expect(await run.drain()).toMatchObject({ outcome: 'drained', read: 0 });
    expect({ pulled: seen.pulled, commit: memory.count('commit') }).toEqual({ pulled: 0, commit: 1 });
  });

  test('E6 past its deadline is a TimeoutError that names the stage, and a cancel', async () => {
    const run = local(() => flow(upTo(3)).pipe(pass, io('stuck', never))).start();
    await until(() => run.snapshot().read === 3);
    const error = await rejection(run.drain(20));
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toContain('"stuck"');
    await cancelled(run, error);
  });

  test('within its deadline leaves no timer that would cancel', async () => {
    const run = local(() => flow(stalling(2).source).pipe(pass)).start();
    await until(() => run.snapshot().read === 2);
    expect((await run.drain(60_000)).outcome).toBe('drained');
    expect((await run.drain(60_000)).outcome).toBe('drained');
  });

  test('and then cancelled is cancelled', async () => {
    const run = local(() => flow(upTo(3)).pipe(io('stuck', never))).start();
    await until(() => run.snapshot().read === 3);
    const drained = rejection(run.drain());
    run.cancel('enough');
    await cancelled(run, 'enough');
    expect(await drained).toBeInstanceOf(CancelledError);
  });

  test('a deadline that is no time is refused', () => {
    const run = local(() => flow(upTo(3))).start();
    expect(() => run.drain(-1)).toThrow(PlanError);
    expect(() => run.drain(Number.NaN)).toThrow(PlanError);
  });

  test('a reader gets what was read, then the end', async () => {
    const { flow: numbers } = counting();
    const memory: number[] = [];
    const stop = local(() => numbers().pipe(pass));
    const run = stop.start();
    await until(() => run.snapshot().read > 10);
    await run.drain();
    for await (const item of local(() => flow(upTo(3)).pipe(pass)).iterate()) memory.push(item);
    expect(memory).toEqual(upTo(3));
  });
});
