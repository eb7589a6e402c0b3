import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { CancelledError, flow, io, PlanError, pipeline, type Run, type RunReport, TimeoutError } from '@millrace/core';
import { take } from 'rxjs';
import { endless, pending } from './ends.fixture.js';
import {
  counting,
  discrepancies,
  eventsOf,
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

const pass = io('pass', async (n: number) => n);

/** Some numbers, then nothing for ever; `returned` tells whether it was asked to return. */
function stalling(count: number) {
  const seen = { returned: 0 };
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => {
      let at = 0;
      return {
        next: () => (at < count ? Promise.resolve({ done: false, value: at++ }) : never()),
        return: async () => {
          seen.returned += 1;
          return { done: true, value: undefined };
        },
      };
    },
  };
  return { seen, source: () => source };
}

async function cancelled(run: Run, reason?: unknown): Promise<CancelledError & { report: RunReport }> {
  const error = await rejection(run.finished);
  expect(error).toBeInstanceOf(CancelledError);
  const ended = error as CancelledError & { report: RunReport };
  expect(ended.cause).toBe(reason);
  expect(ended.report.outcome).toBe('cancelled');
  expect(discrepancies(ended.report)).toEqual([]);
  return ended;
}

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

describe('a pipeline', () => {
  test('E12 can be run again and again, and side by side', async () => {
    const first = local(() => flow(upTo(500)).pipe(pass));
    const reports = [await first.run(), await first.run(), ...(await Promise.all([first.run(), first.run(), first.run()]))];
    expect(reports.map(({ delivered }) => delivered)).toEqual([500, 500, 500, 500, 500]);
  });

  test('E12 runs side by side do not disturb each other when one fails or is cancelled', async () => {
    const bad = local(() =>
      flow(upTo(500)).pipe(
        io('break', (n: number) => {
          if (n === 50) throw new Error('broken');
          return n;
        }),
      ),
    );
    const good = local(() => flow(upTo(500)).pipe(pass));
    const ended = local(() => counting().flow()).start();
    const [report, error] = await Promise.all([good.run(), rejection(bad.run()), turns(2).then(() => ended.cancel())]);
    expect(report.delivered).toBe(500);
    expect(error).toMatchObject({ code: 'ERR_STAGE' });
    await cancelled(ended, undefined);
  });

  test('two runs on threads side by side', async () => {
    const both = [endless.start(undefined, { workers: 1 }), endless.start(undefined, { workers: 1 })];
    await until(() => both.every((run) => run.snapshot().delivered > 10));
    both[0]!.cancel('enough');
    await cancelled(both[0]!, 'enough');
    const { delivered } = both[1]!.snapshot();
    await until(() => both[1]!.snapshot().delivered > delivered);
    expect((await both[1]!.drain()).outcome).toBe('drained');
  });

  test('whose params cannot be cloned is refused before anything starts', async () => {
    const error = await rejection(endless.run((() => 1) as unknown as undefined, { workers: 1 }));
    expect(error).toMatchObject({ code: 'ERR_CLONE' });
  });

  test('whose factory throws, is asynchronous or returns no flow, rejects', async () => {
    let made = 0;
    const of = (factory: () => unknown) => {
      made += 1;
      return pipeline({ url: import.meta.url }, `factory-${made}`, factory as () => ReturnType<typeof flow<number>>);
    };
    const thrown = new Error('of the factory');
    expect(
      await rejection(
        of(() => {
          throw thrown;
        }).run(undefined),
      ),
    ).toBe(thrown);
    expect(await rejection(of(async () => flow(upTo(3))).run(undefined))).toBeInstanceOf(PlanError);
    expect(await rejection(of(async () => Promise.reject(thrown)).run(undefined))).toBeInstanceOf(PlanError);
    for (const nothing of [undefined, null, 5, [], {}]) {
      expect(await rejection(of(() => nothing).run(undefined))).toBeInstanceOf(PlanError);
      expect(
        await rejection(
          of(() => nothing)
            .iterate(undefined)
            .next(),
        ),
      ).toBeInstanceOf(PlanError);
    }
    await turns(3);
  });

  test('whose source can be read once only is refused, outside of pipelines it is read', async () => {
    const once = (): Generator<number> =>
      (function* () {
        yield 1;
      })();
    expect(await rejection(local(() => flow(once())).run())).toMatchObject({
      code: 'ERR_PLAN',
      message: expect.stringContaining('once'),
    });
    expect(await flow(once()).toArray()).toEqual([1]);
  });
});

describe('events', () => {
  test('E10 come in order, and a subscriber of the same tick misses none', async () => {
    const run = local(() => flow(upTo(3)).pipe(pass)).start();
    const events = eventsOf(run);
    await run.finished;
    expect(events.map((event) => ('stage' in event ? `${event.type} ${event.stage}` : event.type))).toEqual([
      'started',
      'stageEnded source',
      'stageEnded pass',
      'stageEnded output',
      'ended',
    ]);
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((a, b) => a - b));
  });

  test('E10 complete also when the run fails, and the last one has the report', async () => {
    const run = local(() =>
      flow(upTo(3)).pipe(
        io('break', () => {
          throw new Error('broken');
        }),
      ),
    ).start();
    let completed = 0;
    run.events.subscribe({ complete: () => (completed += 1) });
    const events = eventsOf(run);
    const error = (await rejection(run.finished)) as { report: RunReport };
    expect(completed).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: 'ended', report: { outcome: 'failed' } });
    expect(error.report).toBe((events.at(-1) as { report: RunReport }).report);
  });

  test('a drain is told, also one that was asked for before the start', async () => {
    const run = local(() => counting().flow()).start();
    const events = eventsOf(run);
    await run.drain();
    expect(events.map(({ type }) => type)).toContain('draining');
    expect(events.filter(({ type }) => type === 'draining')).toHaveLength(1);
  });
});

test('a snapshot shows how the run stands, at every time', async () => {
  const hold = gate();
  let begun = 0;
  const run = local(() =>
    flow(upTo(100)).pipe(
      io(
        'wait',
        async (n: number) => {
          begun += 1;
          if (n >= 10) await hold.passed;
          return n;
        },
        { concurrency: 2, capacity: 8 },
      ),
    ),
  ).start();
  expect(run.snapshot()).toMatchObject({ state: 'starting', read: 0, delivered: 0 });
  await until(() => run.snapshot().delivered === 10 && begun === 12);
  const { state, read, delivered, live, stages } = run.snapshot();
  const wait = stages.find(({ name }) => name === 'wait')!;
  // The queue is filled up when it is half empty, or as soon as the loop comes to that.
  expect(wait.waiting).toBeLessThanOrEqual(8);
  expect({ state, delivered, waiting: wait.waiting, ok: wait.ok, cancelled: wait.cancelled }).toEqual({
    state: 'running',
    delivered: 10,
    waiting: read - 12,
    ok: 10,
    cancelled: 0,
  });
  expect(live).toBe(read - delivered);
  hold.open();
  await run.finished;
  expect(run.snapshot()).toMatchObject({ state: 'ended', delivered: 100, live: 0 });
});
