import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { explain, flow, io, type RunReport } from '@millrace/core';
import { concat, filter, map, of, throwError } from 'rxjs';
import { discrepancies, local, localTo, memorySink, rejection, upTo } from './kit.fixture.js';
import { heavy, heavyAlone } from './reports.fixture.js';

/** The clock of this thread, by which a break without a reading takes `mostMs` at most: that the machine stood still is not seen. */
function steadily(mostMs: number): void {
  const now = performance.now.bind(performance);
  let [read, told] = [now(), now()];
  jest.spyOn(performance, 'now').mockImplementation(() => {
    const at = now();
    told += Math.min(at - read, mostMs);
    read = at;
    return told;
  });
}

describe('the bottleneck is the slow one', () => {
  beforeEach(() => steadily(10));
  afterEach(() => void jest.restoreAllMocks());

  const pass = io('pass', (n: number) => n);

  test('io stage', async () => {
    const slow = io('slow', (n: number) => sleep(5, n), { concurrency: 2 });
    const { bottleneck } = await local(() =>
      flow(upTo(60)).pipe(
        pass,
        slow,
        map((n) => n),
      ),
    ).run();
    expect(bottleneck).toMatchObject({ stage: 'slow', why: 'io' });
  });

  test('cpu stage on the main thread', async () => {
    const report = await heavy.run(undefined, { workers: 0 });
    expect(report.bottleneck).toMatchObject({ stage: 'heavy', why: 'main thread' });
  });

  test('sink', async () => {
    const memory = memorySink<number>((call) => (call === 'write' ? sleep(5) : undefined));
    const { bottleneck } = await localTo(() => flow(upTo(300)).pipe(pass), memory.sink, { batch: { items: 10 } }).run();
    expect(bottleneck).toMatchObject({ stage: 'memory', why: 'sink' });
  });

  test('source', async () => {
    const source = async function* () {
      for (const n of upTo(40)) {
        await sleep(5);
        yield n;
      }
    };
    const { bottleneck } = await local(() => flow(source).pipe(pass)).run();
    expect(bottleneck).toMatchObject({ stage: 'source', why: 'source' });
  });

  test('untagged operators', async () => {
    const spin = map((n: number) => {
      const end = performance.now() + 3;
      while (performance.now() < end);
      return n;
    });
    const { bottleneck } = await local(() => flow(upTo(60)).pipe(spin, pass)).run();
    expect(bottleneck).toMatchObject({ stage: 'inline-1', why: 'main thread' });
  });
});

test('the bottleneck is the slow cpu stage', async () => {
  const report = await heavy.run(undefined, { workers: 1 });
  expect(report.bottleneck).toMatchObject({ stage: 'heavy', why: 'cpu' });
  expect(report.stages.find(({ name }) => name === 'heavy')!.lanes).toMatchObject([{ worker: 0, items: 200, restarts: 0 }]);
});

describe('the main thread yields', () => {
  test('E11 to timers, while a long synchronous pipeline is read', async () => {
    let fired = 0;
    const timer = setInterval(() => {
      fired += 1;
    }, 1);
    // Ends soon after the timers had their turns; when they never have, with the last item.
    let made = 0;
    const source = function* () {
      for (; made < 1_000_000 && fired <= 3; made += 1) yield made;
    };
    let sum = 0;
    let firedBefore = 0;
    const run = local(() =>
      flow(source).pipe(
        map((n) => n + 1),
        filter((n) => n >= 0),
      ),
    );
    for await (const item of run.iterate()) {
      sum += item;
      firedBefore = fired;
    }
    clearInterval(timer);
    expect(sum).toBe((made * (made + 1)) / 2);
    expect(firedBefore).toBeGreaterThan(3);
  });

  test('E11 between the items of a slow synchronous source', async () => {
    let made = 0;
    const slow = function* () {
      for (; made < 50; made += 1) {
        const end = performance.now() + 12;
        while (performance.now() < end);
        yield made;
      }
    };
    const run = local(() => flow(slow).pipe(io('pass', (n: number) => n))).start();
    let turned = 0;
    const turn = (): void => {
      turned += 1;
      if (run.snapshot().state !== 'ended') setImmediate(turn);
    };
    turn();
    await run.finished;
    expect(turned).toBeGreaterThan(25);
  });

  const slowly = <T>(value: T): T => {
    const end = performance.now() + 4;
    while (performance.now() < end);
    return value;
  };
  test.each([
    ['the tasks of an io stage', io('slow', slowly<number>)],
    ['inline operators', map(slowly<number>)],
    [
      'the outputs of a generator',
      io('slow', function* (n: number) {
        if (n === 0) for (let i = 0; i < 60; i += 1) yield slowly(i);
      }),
    ],
  ])('between %s', async (_, stage) => {
    const run = local(() => flow(upTo(60)).pipe(stage)).start();
    let turned = 0;
    const turn = (): void => {
      turned += 1;
      if (run.snapshot().state !== 'ended') setImmediate(turn);
    };
    turn();
    await run.finished;
    // 60 times 4 ms in slices of about 10.
    expect(turned).toBeGreaterThan(10);
  });

  test('to a timer that cancels a run whose tasks never wait', async () => {
    const stop = new AbortController();
    const endless = function* () {
      for (let i = 0; ; i += 1) yield i;
    };
    setTimeout(() => stop.abort('enough'), 5);
    const run = local(() =>
      flow(endless).pipe(
        io('pass', async (n: number) => n),
        map((n) => n),
      ),
    ).run(undefined, {
      signal: stop.signal,
    });
    await expect(run).rejects.toMatchObject({ code: 'ERR_CANCELLED', cause: 'enough' });
  });
});

describe('what tasks took is told', () => {
  test('of lanes by their batches', async () => {
    const { stages, warnings } = await heavyAlone.run(undefined, { workers: 1 });
    const { run, wait, handOverMs, batches, lanes, busyMs, blockedMs, starvedMs } = stages.find(({ name }) => name === 'heavy')!;
    // A mean is a quotient: its product may miss the sum in the last digit.
    expect([run!.count, wait!.count, Math.round(batches!.mean * batches!.count)]).toEqual([200, 200, 200]);
    expect(run!.mean * 200).toBeCloseTo(lanes[0]!.busyMs);
    expect(handOverMs).toBeGreaterThan(0);
    // Numbers are cloned by the port, which does not tell of them.
    expect(stages.every(({ bytes }) => bytes === undefined)).toBe(true);
    expect(lanes[0]!.busyMs + lanes[0]!.idleMs).toBeCloseTo(busyMs + blockedMs + starvedMs);
    expect(warnings).toEqual([]);
  });

  test('of the event loop by samples, and nothing of what runs no tasks', async () => {
    const { stages } = await heavy.run(undefined, { workers: 0 });
    for (const { name, run, wait, handOverMs, batches } of stages) {
      expect([name, run !== undefined]).toEqual([name, name === 'pass' || name === 'heavy']);
      expect(run?.count ?? 0).toBeLessThanOrEqual(200);
      expect([wait, handOverMs, batches]).toEqual([undefined, undefined, undefined]);
    }
  });

  test('of an io stage that blocks the main thread is warned, once', async () => {
    const block = io('block', (n: number) => {
      const end = performance.now() + 80;
      while (performance.now() < end);
      return n;
    });
    const run = local(() => flow(upTo(6)).pipe(block)).start();
    const told: string[] = [];
    run.events.subscribe((event) => event.type === 'warning' && told.push(event.stage));
    const { warnings } = await run.finished;
    expect(warnings).toMatchObject([{ stage: 'block', text: expect.stringContaining('kept the main thread') }]);
    expect(told).toEqual(['block']);
  });
});

test('R1 a report counts what was filtered, and names every stage of the plan', async () => {
  const pipeline = local(() =>
    flow(upTo(100)).pipe(
      io('half', function* (n: number) {
        if (n % 2 === 0) yield n;
      }),
      filter((n) => n % 4 === 0),
    ),
  );
  const report = await pipeline.run();
  expect(discrepancies(report)).toEqual([]);
  expect(
    report.stages.map(({ name, kind, in: entered, out, ok, filtered }) => ({ name, kind, entered, out, ok, filtered })),
  ).toEqual([
    { name: 'source', kind: 'source', entered: 100, out: 100, ok: 100, filtered: 0 },
    { name: 'half', kind: 'io', entered: 100, out: 50, ok: 50, filtered: 50 },
    { name: 'inline-1', kind: 'inline', entered: 50, out: 25, ok: 50, filtered: 0 },
    { name: 'output', kind: 'sink', entered: 25, out: 25, ok: 25, filtered: 0 },
  ]);
  const plan = pipeline.plan();
  expect(plan.stages.map(({ name }) => name)).toEqual(report.stages.map(({ name }) => name));
  expect(report.bound).toBe(plan.bound.items);
  expect(explain(plan)).toContain(`bound: ${plan.bound.items}`);
});

test('R1 what operators emit before they fail as they are subscribed to is what the next stage took, and is cancelled there', async () => {
  const emits = () =>
    concat(
      of(7, 8),
      throwError(() => new Error('at once')),
    );
  const run = local(() =>
    flow([1])
      .pipe(
        emits,
        io('pass', (n: number) => n),
      )
      .tee('copy', (f) => f.to(memorySink<number>().sink)),
  ).run();
  const { report } = (await rejection(run)) as Error & { report: RunReport };
  expect(discrepancies(report)).toEqual([]);
  expect(report.stages.map(({ name, in: taken, out, cancelled }) => [name, taken, out, cancelled]).slice(0, 4)).toEqual([
    ['source', 0, 0, 0],
    ['inline-1', 0, 2, 0],
    ['pass', 2, 0, 2],
    ['tee-1', 0, 0, 0],
  ]);
});
