import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { flow, io } from '@millrace/core';
import { take } from 'rxjs';
import { pending } from './ends.fixture.js';
import {
  counting,
  discrepancies,
  gate,
  local,
  localTo,
  memorySink,
  never,
  rejection,
  turns,
  until,
  upTo,
} from './kit.fixture.js';
import { cancelled, stalling } from './stopping.fixture.js';

const pass = io('pass', async (n: number) => n);

describe('completed', () => {
  test('E2 by the end of the source', async () => {
    const report = await local(() => flow(upTo(10)).pipe(pass)).run();
    expect(report).toMatchObject({ outcome: 'completed', read: 10, delivered: 10 });
    expect(discrepancies(report)).toEqual([]);
  });

  test('with no item at all', async () => {
    const memory = memorySink<number>();
    const report = await localTo(() => flow<number>([]).pipe(pass), memory.sink).run();
    expect(report).toMatchObject({ outcome: 'completed', read: 0, delivered: 0 });
    expect({ write: memory.count('write'), commit: memory.count('commit') }).toEqual({ write: 0, commit: 1 });
  });

  test('E3 early, by take', async () => {
    const { seen, flow: numbers } = counting();
    const memory = memorySink<number>();
    const report = await localTo(() => numbers().pipe(pass, take(10)), memory.sink).run();
    expect(report.outcome).toBe('completed');
    expect(discrepancies(report)).toEqual([]);
    expect(memory.items).toEqual(upTo(10));
    expect({ returned: seen.returned, commit: memory.count('commit') }).toEqual({ returned: 1, commit: 1 });
  });

  test('early, by take(0)', async () => {
    const { seen, flow: numbers } = counting();
    expect(await local(() => numbers().pipe(take(0))).run()).toMatchObject({ outcome: 'completed', delivered: 0 });
    expect(seen.pulled).toBeLessThan(3);
  });

  test('E3 early, by break', async () => {
    const { seen, flow: numbers } = counting();
    const items: number[] = [];
    for await (const item of local(() => numbers().pipe(pass)).iterate()) {
      items.push(item);
      if (items.length === 10) break;
    }
    expect(items).toEqual(upTo(10));
    expect(seen.returned).toBe(1);
  });

  test('E3 early, by a loop that throws', async () => {
    const { seen, flow: numbers } = counting();
    const looped = (async () => {
      for await (const item of numbers().pipe(pass)) if (item === 5) throw new Error('of the loop');
    })();
    expect(await rejection(looped)).toMatchObject({ message: 'of the loop' });
    expect(seen.returned).toBe(1);
  });

  test('E3 early, by unsubscribing', async () => {
    const { seen, flow: numbers } = counting();
    const items: number[] = [];
    await new Promise<void>((resolve, reject) => {
      numbers()
        .pipe(pass)
        .toObservable()
        .pipe(take(10))
        .subscribe({ next: (item) => items.push(item), error: reject, complete: resolve });
    });
    await until(() => seen.returned === 1);
    expect(items).toEqual(upTo(10));
  });

  test('E3 early, though the source is pending for ever and reads wait', async () => {
    const { seen, source } = stalling(0);
    const items = local(() => flow(source).pipe(pass)).iterate();
    const waiting = [items.next(), items.next()];
    await turns(3);
    await items.return?.();
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(seen.returned).toBe(1);
  });

  test('early, by a return in the same tick as the first read, or in the middle of the start', async () => {
    for (const source of [() => upTo(3), () => never()]) {
      const items = local(() => flow<number>(source)).iterate();
      const waiting = items.next();
      if (source().constructor === Promise) await turns(2);
      await items.return?.();
      expect(await waiting).toEqual({ done: true, value: undefined });
    }
  });

  test('early, by a return before the first read, which starts nothing', async () => {
    const { seen, flow: numbers } = counting();
    const items = local(numbers).iterate();
    await items.return?.();
    await items.return?.();
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(seen.pulled).toBe(0);
  });
});

describe('cancelled', () => {
  test('E5 while the source is pending for ever, on threads too', async () => {
    for (const options of [{ workers: 1 }, { workers: 0 }]) {
      const run = pending.start(undefined, { ...options, graceMs: 50 });
      await until(() => run.snapshot().delivered === 2);
      run.cancel('enough');
      expect((await cancelled(run, 'enough')).report.delivered).toBe(2);
    }
  });

  test('E7 the source is asked to return, once', async () => {
    const { seen, source } = stalling(2);
    const run = local(() => flow(source).pipe(pass)).start();
    await until(() => run.snapshot().delivered === 2);
    run.cancel('enough');
    await cancelled(run, 'enough');
    expect(seen.returned).toBe(1);
  });

  test('E5 twice keeps the first reason', async () => {
    const run = local(() => counting().flow()).start();
    run.cancel('first');
    run.cancel('second');
    await turns(3);
    run.cancel('third');
    await cancelled(run, 'first');
  });

  test('before the start opens nothing', async () => {
    const { seen, flow: numbers } = counting();
    const memory = memorySink<number>();
    const run = localTo(numbers, memory.sink).start();
    run.cancel();
    await cancelled(run, undefined);
    await turns(3);
    expect({ pulled: seen.pulled, open: memory.count('open') }).toEqual({ pulled: 0, open: 0 });
  });

  test('while the sink opens aborts it when it has opened', async () => {
    const opening = gate();
    const { seen, flow: numbers } = counting();
    const memory = memorySink<number>((call) => (call === 'open' ? opening.passed : undefined));
    const run = localTo(numbers, memory.sink).start();
    await until(() => memory.count('open') === 1);
    run.cancel('enough');
    await cancelled(run, 'enough');
    opening.open();
    await until(() => memory.count('abort') === 1);
    expect({ pulled: seen.pulled, commit: memory.count('commit') }).toEqual({ pulled: 0, commit: 0 });
  });

  test('while the source opens', async () => {
    const run = local(() => flow<number>(never)).start();
    await turns(3);
    run.cancel('enough');
    await cancelled(run, 'enough');
  });

  test('E5 after the end changes nothing', async () => {
    const run = local(() => flow(upTo(3))).start();
    expect((await run.finished).outcome).toBe('completed');
    run.cancel();
    expect((await run.finished).outcome).toBe('completed');
  });

  test('E5 by a signal, with its reason, and no listener is left on it', async () => {
    const stop = new AbortController();
    const run = local(() => counting().flow().pipe(pass)).start(undefined, { signal: stop.signal });
    await until(() => run.snapshot().delivered > 0);
    const reason = new Error('stop');
    stop.abort(reason);
    await cancelled(run, reason);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('E5 many runs have one listener on the signal that ends them all', async () => {
    const stop = new AbortController();
    const runs = Array.from({ length: 20 }, () =>
      local(() => counting().flow().pipe(pass)).start(undefined, { signal: stop.signal }),
    );
    await until(() => getEventListeners(stop.signal, 'abort').length > 0);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    stop.abort('all');
    for (const { finished } of runs) expect(await rejection(finished)).toMatchObject({ name: 'CancelledError', cause: 'all' });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('by a signal that was aborted before', async () => {
    const { seen, flow: numbers } = counting();
    const run = local(numbers).start(undefined, { signal: AbortSignal.abort('before') });
    await cancelled(run, 'before');
    expect(seen.pulled).toBe(0);
  });

  test('in the tick of its start leaves no listener on its signal', async () => {
    const stop = new AbortController();
    const run = local(() => counting().flow()).start(undefined, { signal: stop.signal });
    run.cancel('enough');
    await cancelled(run, 'enough');
    await turns(2);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('by a reader whose signal aborts: the read rejects, then the iteration is over', async () => {
    const stop = new AbortController();
    const items = local(() => flow(stalling(1).source)).iterate(undefined, { signal: stop.signal });
    expect(await items.next()).toEqual({ done: false, value: 0 });
    const waiting = rejection(items.next());
    stop.abort('enough');
    expect(await waiting).toMatchObject({ code: 'ERR_CANCELLED', cause: 'enough' });
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test('by asyncDispose, which resolves when all is released', async () => {
    const { seen, flow: numbers } = counting();
    const run = local(() => numbers().pipe(pass)).start();
    await until(() => run.snapshot().delivered > 0);
    await run[Symbol.asyncDispose]();
    expect(seen.returned).toBe(1);
    expect(run.snapshot().state).toBe('ended');
    await cancelled(run, undefined);
  });

  test('E5 the task that runs hears of it', async () => {
    const reasons: unknown[] = [];
    let begun = 0;
    const run = local(() =>
      flow(upTo(3)).pipe(
        io('wait', (_n: number, { signal }) => {
          begun += 1;
          signal.addEventListener('abort', () => reasons.push(signal.reason));
          return never();
        }),
      ),
    ).start();
    await until(() => begun === 3);
    run.cancel('enough');
    await cancelled(run, 'enough');
    expect(reasons).toEqual(['enough', 'enough', 'enough']);
  });
});
