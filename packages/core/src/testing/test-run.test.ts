import { describe, expect, test } from '@jest/globals';
import { batch, cpu, flow, io, merge, PlanError, pipeline, type Run, type StageError } from '@millrace/core';
import { FakeSource, failing, hanging, matchers, RecordingSink, testRun, VirtualClock } from '@millrace/core/testing';
import { debounceTime, firstValueFrom, map, timer } from 'rxjs';
import { until } from '../e2e/lane-kit.fixture.js';

interface Order {
  readonly id: number;
  readonly total: number;
}

const meta = { url: import.meta.url };
const letters = new RecordingSink({ name: 'letters' });
const sink = new RecordingSink<Order>({ name: 'orders.ndjson' });

/** What a test must never reach: the real ends. */
const realSource = new FakeSource<Order>([], {
  name: 'orders.csv',
  fails: { at: 0, error: new Error('the real source was read') },
});

const orders = pipeline(meta, 'orders', (_: undefined) =>
  flow(realSource, { deadLetters: letters })
    .pipe(
      cpu(
        'parse',
        (order: Order) => {
          if (Number.isNaN(order.total)) throw new RangeError('no total');
          return order;
        },
        { onError: 'deadLetter' },
      ),
      io('price', async (order: Order) => order, { retry: { attempts: 5, delayMs: 3_600_000 } }),
    )
    .to(sink),
);
const good = (id: number): Order => ({ id, total: 1 });

/** Does it when `price` has an order. */
const whenPricing =
  (act: (run: Run) => void) =>
  (run: Run): void =>
    void until(() => run.snapshot().stages.find(({ name }) => name === 'price')?.in === 1).then(() => act(run));

describe('a test run', () => {
  test('reads the given items, and its sinks keep what they get; nothing real is touched', async () => {
    const items = [good(1), { id: 2, total: Number.NaN }, good(3)];
    const { delivered, deadLetters, error, report, sinks } = await testRun(orders, { items });
    expect(error).toBeUndefined();
    expect(delivered).toEqual([good(1), good(3)]);
    expect(sinks['orders.ndjson']).toMatchObject({ ended: 'committed', items: [good(1), good(3)] });
    expect(deadLetters).toMatchObject([{ stage: 'parse', position: 1, error: { name: 'RangeError' } }]);
    expect(report).toMatchObject({ outcome: 'completed', read: 3, delivered: 2 });
    expect([sink.calls, letters.calls, realSource.opened]).toEqual([[], [], 0]);
  });

  test('does not wait for time: hours of retries pass at once', async () => {
    const price = failing((order: Order) => order, [0, 1, 2], new Error('no answer'));
    const { delivered, report } = await testRun(orders, { items: [good(1)], mocks: { price } });
    expect(delivered).toEqual([good(1)]);
    expect(report.stages.find(({ name }) => name === 'price')!.retries).toBe(3);
  });

  test('resolves with the error of a run that fails, and its report', async () => {
    const price = failing((order: Order) => order, 1, new Error('gone'));
    const once = pipeline(meta, 'once', (_: undefined) => flow([1, 2, 3]).pipe(io('price', (n: number) => n)));
    const { error, report } = await testRun(once, { mocks: { price } });
    expect(error).toMatchObject({ stage: 'price', position: 1, cause: { message: 'gone' } });
    expect(report.outcome).toBe('failed');
  });

  test('of an open flow gives what comes out of it', async () => {
    const open = pipeline(meta, 'open', (count: number) =>
      flow(Array.from({ length: count }, (_, i) => i)).pipe(map((n) => n * 2)),
    );
    expect((await testRun(open, { params: 3 })).delivered).toEqual([0, 2, 4]);
  });

  test('names the sources where there are several', async () => {
    const two = pipeline(meta, 'two', (_: undefined) =>
      merge(flow(new FakeSource([1], { name: 'a' })), flow(new FakeSource([2], { name: 'b' }))),
    );
    expect((await testRun(two, { items: { b: [20, 21] } })).delivered.toSorted()).toEqual([1, 20, 21]);
    await expect(testRun(two, { items: [1] })).rejects.toThrow('several sources');
  });

  test('can be cancelled, and a task that hangs is', async () => {
    const price = hanging((order: Order) => order, 0);
    const { error, sinks } = await testRun(orders, {
      items: [good(1)],
      mocks: { price },
      started: whenPricing((run) => run.cancel('enough')),
    });
    expect(error).toMatchObject({ code: 'ERR_CANCELLED', cause: 'enough' });
    expect(sinks['orders.ndjson']!.ended).toBe('aborted');
  });

  test('is drained by a deadline of its clock, which names the stage that would not finish', async () => {
    const price = hanging((order: Order) => order, 0);
    const { error } = await testRun(orders, {
      items: [good(1)],
      mocks: { price },
      started: whenPricing((run) => void run.drain(86_400_000)),
    });
    expect(error).toMatchObject({
      code: 'ERR_CANCELLED',
      cause: { message: expect.stringContaining('stage "price" would not finish') },
    });
  });

  test('refuses names that stand for nothing, and mocks that lanes could not know', async () => {
    await expect(testRun(orders, { mocks: { pirce: () => 1 } })).rejects.toThrow(/"pirce", and the flow has "parse", "price"/);
    await expect(testRun(orders, { items: { rows: [] } })).rejects.toThrow(PlanError);
    await expect(testRun(orders, { items: [], mocks: { price: () => 1 }, run: { workers: 1 } })).rejects.toThrow('know no mocks');
  });
});

describe('a virtual clock', () => {
  const batched = pipeline(meta, 'batched', (source: FakeSource<number>) => flow(source).pipe(batch({ items: 10, ms: 5000 })));

  test('stands still until it is moved', async () => {
    const clock = new VirtualClock();
    const source = new FakeSource([1, 2], { waits: { at: 2 } });
    let ended = false;
    const testing = testRun(batched, { params: source, clock, started: (run) => void clock.sleep(6000).then(() => run.drain()) });
    void testing.then(() => {
      ended = true;
    });
    await clock.advance(4999);
    expect([ended, clock.now()]).toEqual([false, 4999]);
    await clock.advance(1001);
    expect((await testing).delivered).toEqual([[1, 2]]);
  });

  test('rules the operators of RxJS that wait', async () => {
    const calm = pipeline(meta, 'calm', (_: undefined) => flow([1, 2, 3]).pipe(debounceTime(86_400_000)));
    const { delivered } = await testRun(calm);
    expect(delivered).toEqual([3]);
  });

  test('a sleep that is aborted rejects with the reason, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(100, controller.signal);
    controller.abort('why');
    await expect(sleeping).rejects.toBe('why');
    await expect(clock.sleep(1, controller.signal)).rejects.toBe('why');
    expect(clock.waiting).toBe(0);
  });

  test('calls what is due in order, also what is set on the way', async () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    clock.after(20, () => calls.push(`late ${clock.now()}`));
    clock.after(10, () => {
      calls.push(`first ${clock.now()}`);
      clock.after(5, () => calls.push(`set on the way ${clock.now()}`));
    });
    clock.after(15, () => calls.push('called off'))();
    await clock.advance(30);
    expect(calls).toEqual(['first 10', 'set on the way 15', 'late 20']);
  });

  test.each([Number.NaN, -1])('refuses to advance by %p', async (ms) => {
    const clock = new VirtualClock();
    await expect(clock.advance(ms)).rejects.toThrow(`a number of ms ≥ 0, not ${ms}`);
    expect(clock.now()).toBe(0);
  });

  test('leaves the operators of RxJS as they were, in whatever order clocks end that rule side by side', async () => {
    const [one, other] = [new VirtualClock(), new VirtualClock()];
    const [endOne, endOther] = [one.rule(), other.rule()];
    let ticks = 0;
    const subscription = timer(5).subscribe(() => (ticks += 1));
    endOne();
    expect([one.waiting, other.waiting]).toEqual([0, 1]);
    expect(other.next()).toBe(true);
    expect(ticks).toBe(1);
    subscription.unsubscribe();
    endOther();
    endOther();
    await firstValueFrom(timer(1));
    expect([one.waiting, other.waiting]).toEqual([0, 0]);
  });
});

describe('fake ends and matchers', () => {
  test.each([0, Number.NaN, 1.5])('a source that pulls %p items is refused', (pull) => {
    expect(() => new FakeSource([], { pull })).toThrow(`a whole number of items ≥ 1 at most, not ${pull}`);
  });

  test('a source fails at its item, a sink where it is told to', async () => {
    const failingSource = new FakeSource([1, 2, 3], { pull: 2, fails: { at: 1, error: new Error('torn') } });
    const numbers = pipeline(meta, 'numbers', (_: undefined) => flow(failingSource));
    const { error } = await testRun(numbers);
    expect(error).toMatchObject({ stage: 'fake source', cause: { message: 'torn' } });
    expect(failingSource).toMatchObject({ opened: 1, given: 1, released: 1 });
    const full = new RecordingSink<number>({
      before: (call) => {
        if (call === 'write') throw new Error('full');
      },
    });
    const written = pipeline(meta, 'written', (_: undefined) => flow([1]).to(full));
    const failed = (await written.run().catch((thrown: unknown) => thrown)) as StageError;
    expect(failed.cause).toMatchObject({ message: 'full' });
    expect(full).toMatchObject({ ended: 'aborted', calls: ['open', 'write', 'abort'] });
  });

  test('matchers tell what does not add up, and which outcomes differ', async () => {
    const { report } = await testRun(orders, { items: [good(1)] });
    expect(matchers.toReconcile(report).pass).toBe(true);
    const bent = { ...report, read: 7, stages: report.stages.map((stage) => ({ ...stage, ok: stage.ok + 1 })) };
    expect(matchers.toReconcile(bent)).toMatchObject({ pass: false });
    expect(matchers.toReconcile(bent).message()).toContain('read is not what the sources say');
    expect(matchers.toHaveOutcomes(report, { parse: { ok: 1 }, price: { retries: 0 } }).pass).toBe(true);
    expect(matchers.toHaveOutcomes(report, { parse: { ok: 2 }, nosuch: {} }).message()).toMatch(
      /ok is 1, expected 2\nthere is no stage "nosuch"/,
    );
  });
});
