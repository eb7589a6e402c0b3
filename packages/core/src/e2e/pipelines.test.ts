import { describe, expect, test } from '@jest/globals';
import { flow, io, PlanError, pipeline, type RunReport } from '@millrace/core';
import { endless } from './ends.fixture.js';
import { counting, eventsOf, gate, local, rejection, turns, until, upTo } from './kit.fixture.js';
import { cancelled } from './stopping.fixture.js';

const pass = io('pass', async (n: number) => n);

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
