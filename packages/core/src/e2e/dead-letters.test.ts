import { describe, expect, test } from '@jest/globals';
import {
  CancelledError,
  cpu,
  type DeadLetter,
  type Flow,
  flow,
  io,
  operators,
  type RunReport,
  type Sink,
  StageError,
} from '@millrace/core';
import fc from 'fast-check';
import { map, take } from 'rxjs';
import {
  counting,
  discrepancies,
  eventsOf,
  gate,
  local,
  localTo,
  memorySink,
  rejection,
  type SinkCall,
  turns,
  until,
  upTo,
} from './kit.fixture.js';

const failing = (n: number): number => {
  throw new RangeError(`no ${n}`);
};
const odd = (n: number): number => (n % 2 === 1 ? failing(n) : n);
const letter = { onError: 'deadLetter' } as const;

/** A sink that tells a common log what it is called for. */
function logged<T>(name: string, log: string[], before: (call: SinkCall) => unknown = () => undefined) {
  const memory = memorySink<T>((call) => {
    log.push(`${name} ${call}`);
    return before(call);
  });
  return { ...memory, sink: { ...memory.sink, name } satisfies Sink<T> };
}

describe('dead letters that find no room', () => {
  test('F17 keep their items in the stage, and nothing is lost when there is room again', async () => {
    const { passed, open } = gate();
    const rejects = memorySink<DeadLetter>((call) => (call === 'write' ? passed : undefined));
    const { seen } = counting();
    const pipeline = local(() =>
      flow(
        function* () {
          for (; seen.pulled < 2500; seen.pulled += 1) yield seen.pulled;
        },
        { deadLetters: rejects.sink },
      ).pipe(io('work', failing, { ...letter, concurrency: 4, window: 16, capacity: 8 })),
    );
    const { bound } = pipeline.plan(undefined);
    const run = pipeline.start(undefined);
    await until(() => run.snapshot().stages[1]!.deadLettered === 1024);
    await turns(20);
    expect(run.snapshot().stages[1]).toMatchObject({ deadLettered: 1024, failed: 0 });
    expect(seen.pulled).toBeLessThanOrEqual(1024 + bound.items!);
    open();
    const report = await run.finished;
    expect(rejects.items.map(({ position }) => position)).toEqual(upTo(2500));
    expect(report.stages[1]).toMatchObject({ in: 2500, deadLettered: 2500, ok: 0 });
    expect(discrepancies(report)).toEqual([]);
    expect([report.bound, rejects.overlaps]).toEqual([bound.items, 0]);
    expect(report.peak).toBeGreaterThan(1024);
  });

  test('F9 F17 also an item without a key, and those behind it wait', async () => {
    const { passed, open } = gate();
    const rejects = memorySink<DeadLetter>((call) => (call === 'write' ? passed : undefined));
    const keyOf = (n: number): number => (n < 1200 ? failing(n) : n % 7);
    const pipeline = local(() =>
      flow(upTo(1500), { deadLetters: rejects.sink }).pipe(cpu('work', (n) => n, { ...letter, key: keyOf, window: 16 })),
    );
    const run = pipeline.start(undefined, { workers: 0 });
    await until(() => run.snapshot().stages[1]!.deadLettered === 1024);
    await turns(20);
    expect(run.snapshot().stages[1]).toMatchObject({ deadLettered: 1024, ok: 0 });
    open();
    const report = await run.finished;
    expect(rejects.items.map(({ item }) => item)).toEqual(upTo(1200));
    expect(report.stages[1]).toMatchObject({ in: 1500, deadLettered: 1200, ok: 300 });
    expect(discrepancies(report)).toEqual([]);
  });

  test('F21 do not keep a run from being cancelled', async () => {
    const rejects = memorySink<DeadLetter>((call) => (call === 'write' ? new Promise(() => {}) : undefined));
    const pipeline = local(() => flow(upTo(1500), { deadLetters: rejects.sink }).pipe(io('work', failing, letter)));
    const run = pipeline.start(undefined, { graceMs: 20 });
    await until(() => run.snapshot().stages[1]!.deadLettered === 1024);
    run.cancel('enough');
    const error = (await rejection(run.finished)) as CancelledError & { report: RunReport };
    expect(error).toBeInstanceOf(CancelledError);
    expect(discrepancies(error.report)).toEqual([]);
    expect([rejects.count('abort'), rejects.count('commit'), error.report.deadLetters]).toEqual([
      1,
      0,
      { sink: 'memory', written: 0 },
    ]);
  });
});

test('R2 dead letters are in memory until they are written, and a snapshot counts them as the peak does', async () => {
  const { passed, open } = gate();
  const rejects = memorySink<DeadLetter>((call) => (call === 'write' ? passed : undefined));
  const run = local(() => flow(upTo(5), { deadLetters: rejects.sink }).pipe(io('work', failing, letter))).start(undefined);
  await until(() => run.snapshot().stages[1]!.deadLettered === 5);
  expect(run.snapshot().live).toBe(5);
  open();
  await run.finished;
  expect(run.snapshot().live).toBe(0);
});

test('F5 F17 F20 rows that a sink cannot write become letters, also when these find no room for a while', async () => {
  const log: string[] = [];
  const { passed, open } = gate();
  const rejects = logged<DeadLetter>('rejects', log, (call) => (call === 'write' ? passed : undefined));
  const out = memorySink<number>((call, rows) => {
    if (call === 'commit') log.push('out commit');
    if (call === 'write' && rows.some((n) => n < 1200)) throw new RangeError('small');
  });
  const pipeline = localTo(() => flow(upTo(1500), { deadLetters: rejects.sink }), out.sink, {
    batch: { items: 64 },
    onError: 'deadLetter',
  });
  const run = pipeline.start(undefined);
  await until(() => run.snapshot().stages.at(-1)!.deadLettered === 1024);
  await turns(20);
  expect(run.snapshot().stages.at(-1)).toMatchObject({ deadLettered: 1024, ok: 0 });
  open();
  const report = await run.finished;
  expect(rejects.items.map(({ stage, position, item }) => [stage, position, item])).toEqual(
    upTo(1200).map((n) => ['memory', n, n]),
  );
  expect(out.items).toEqual(upTo(1500).slice(1200));
  expect(report.stages.at(-1)).toMatchObject({ in: 1500, ok: 300, deadLettered: 1200, failed: 0 });
  expect(discrepancies(report)).toEqual([]);
  expect(log.slice(-2)).toEqual(['rejects commit', 'out commit']);
});

describe('the order of what is opened and committed', () => {
  test('F19 F20 sink, dead letters, source; all letters, then their commit, then that of the sink', async () => {
    const log: string[] = [];
    const rejects = logged<DeadLetter>('rejects', log, () => turns(3));
    const out = logged<number>('out', log);
    const source = function* () {
      log.push('source open');
      yield* upTo(10);
    };
    await localTo(() => flow(source, { deadLetters: rejects.sink }).pipe(io('work', odd, letter)), out.sink).run(undefined);
    expect(log.slice(0, 3)).toEqual(['out open', 'rejects open', 'source open']);
    expect(log.slice(-2)).toEqual(['rejects commit', 'out commit']);
    expect(rejects.items.map(({ item }) => item)).toEqual([1, 3, 5, 7, 9]);
    expect(out.items).toEqual([0, 2, 4, 6, 8]);
  });

  test('F20 a drained run commits its letters', async () => {
    const log: string[] = [];
    const [rejects, out] = [logged<DeadLetter>('rejects', log), logged<number>('out', log)];
    const { seen } = counting();
    const endless = async function* () {
      for (;;) {
        await turns(1);
        yield seen.pulled;
        seen.pulled += 1;
      }
    };
    const run = localTo(() => flow(endless, { deadLetters: rejects.sink }).pipe(io('work', odd, letter)), out.sink).start(
      undefined,
    );
    await until(() => rejects.items.length > 3);
    const report = await run.drain();
    expect(report.outcome).toBe('drained');
    expect(report.deadLetters).toEqual({ sink: 'rejects', written: rejects.items.length });
    expect(log.slice(-2)).toEqual(['rejects commit', 'out commit']);
    expect(discrepancies(report)).toEqual([]);
  });

  test('a drain past its deadline names the letters that would not be written', async () => {
    const rejects = memorySink<DeadLetter>((call) => (call === 'write' ? new Promise(() => {}) : undefined));
    const out = memorySink<number>();
    const pipeline = localTo(() => flow(upTo(10), { deadLetters: rejects.sink }).pipe(io('work', odd, letter)), out.sink);
    const run = pipeline.start(undefined, { graceMs: 10 });
    await until(() => out.items.length === 5);
    expect(await rejection(run.drain(10))).toMatchObject({
      code: 'ERR_TIMEOUT',
      message: expect.stringContaining('"memory (dead letters)" would not finish'),
    });
    expect([out.count('abort'), out.count('commit'), rejects.count('abort')]).toEqual([1, 0, 1]);
  });

  test('F20 so does one that is stopped early: by its reader, by an operator', async () => {
    const rejects = memorySink<DeadLetter>();
    const declared = (): Flow<number> => flow(upTo(1000), { deadLetters: rejects.sink }).pipe(io('work', odd, letter));
    for await (const n of declared()) if (n === 10) break;
    expect([rejects.count('commit'), rejects.count('abort')]).toEqual([1, 0]);
    expect(rejects.items.length).toBeGreaterThanOrEqual(5);
    expect(await declared().pipe(take(3)).toArray()).toEqual([0, 2, 4]);
    expect([rejects.count('commit'), rejects.count('abort')]).toEqual([2, 0]);
  });

  test('F21 a run that fails aborts them', async () => {
    const log: string[] = [];
    const [rejects, out] = [logged<DeadLetter>('rejects', log), logged<number>('out', log)];
    const failsLate = (n: number): number => (n === 500 ? failing(n) : n);
    const pipeline = localTo(
      () => flow(upTo(1000), { deadLetters: rejects.sink }).pipe(io('work', odd, letter), io('late', failsLate)),
      out.sink,
    );
    const error = (await rejection(pipeline.run(undefined))) as StageError & { report: RunReport };
    expect(error).toMatchObject({ stage: 'late', position: 500 });
    expect(discrepancies(error.report)).toEqual([]);
    expect(log.filter((call) => /commit|abort/.test(call)).toSorted()).toEqual(['out abort', 'rejects abort']);
  });

  test('F10 what operators throw fails the run', async () => {
    const rejects = memorySink<DeadLetter>();
    const pipeline = local(() =>
      flow(upTo(10), { deadLetters: rejects.sink }).pipe(
        io('work', odd, letter),
        io('chain', operators(map((n: number) => failing(n)))),
      ),
    );
    expect(await rejection(pipeline.run(undefined))).toMatchObject({ code: 'ERR_STAGE', stage: 'chain' });
    expect(rejects.count('abort')).toBe(1);
  });
});

describe('dead letters that cannot be written', () => {
  test.each(['open', 'write', 'commit'] as const)('F19 F22 fail the run, and no sink commits: %s', async (bad) => {
    const log: string[] = [];
    const fault = new RangeError(`cannot ${bad}`);
    const rejects = logged<DeadLetter>('rejects', log, (call) => (call === bad ? Promise.reject(fault) : undefined));
    const out = logged<number>('out', log);
    let opened = 0;
    const source = () => {
      opened += 1;
      return upTo(100);
    };
    const pipeline = localTo(() => flow(source, { deadLetters: rejects.sink }).pipe(io('work', odd, letter)), out.sink);
    const error = (await rejection(pipeline.run(undefined))) as StageError & { report: RunReport };
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'rejects (dead letters)', position: undefined, cause: fault });
    expect(discrepancies(error.report)).toEqual([]);
    expect(opened).toBe(bad === 'open' ? 0 : 1);
    expect(log).not.toContain('out commit');
    expect(log.filter((call) => call.endsWith('abort')).toSorted()).toEqual(
      bad === 'open' ? ['out abort'] : ['out abort', 'rejects abort'],
    );
  });
});

test('F27 each item that is gone is told once, with its place', async () => {
  const rejects = memorySink<DeadLetter>();
  const run = local(() =>
    flow(upTo(6), { deadLetters: rejects.sink }).pipe(
      io('skips', (n) => (n === 2 ? failing(n) : n), { onError: 'skip' }),
      io('writes', odd, { ...letter, retry: { attempts: 2, delayMs: 0 } }),
    ),
  ).start(undefined);
  const events = eventsOf(run);
  await run.finished;
  const told = events
    .filter(({ type }) => type === 'itemRejected')
    .toSorted((a, b) => ('position' in a && 'position' in b ? a.position! - b.position! : 0));
  expect(told).toMatchObject([
    { stage: 'writes', position: 1, attempt: 2, how: 'deadLettered', error: { message: 'no 1' } },
    { stage: 'skips', position: 2, attempt: 1, how: 'skipped', error: { message: 'no 2' } },
    { stage: 'writes', position: 3, attempt: 2, how: 'deadLettered' },
    { stage: 'writes', position: 5, attempt: 2, how: 'deadLettered' },
  ]);
  expect(told).toHaveLength(4);
});

test('F3 F4 F5 F26 whatever fails where, each item has one outcome and the counts reconcile', async () => {
  const stage = fc.record({
    kind: fc.constantFrom('io', 'cpu', 'keyed'),
    onError: fc.constantFrom('skip', 'deadLetter'),
    by: fc.constantFrom('value', 'promise', 'generator', 'asyncGenerator'),
    fails: fc.integer({ min: 2, max: 9 }),
    capacity: fc.integer({ min: 1, max: 8 }),
    window: fc.integer({ min: 1, max: 16 }),
    attempts: fc.integer({ min: 1, max: 2 }),
    order: fc.constantFrom('input', 'none'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(stage, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 300 }), async (stages, items) => {
      const rejects = memorySink<DeadLetter>((call) => (call === 'write' ? turns(2) : undefined));
      // A number fails in the stage for which it leaves 1; what expands gives itself twice before.
      const expands = ({ by }: (typeof stages)[number]) => by === 'generator' || by === 'asyncGenerator';
      let numbers = upTo(items);
      const gone = stages.map((each) => {
        const bad = numbers.filter((n) => n % each.fails === 1);
        numbers = numbers.flatMap((n) => (n % each.fails !== 1 ? [n] : expands(each) ? [n, n] : []));
        return bad;
      });
      const declared = stages.reduce<Flow<number>>(
        (before, { kind, by, fails, attempts, ...rest }, i) => {
          const task = taskOf(by, fails);
          const { order, ...limits } = rest;
          const retry = { attempts, delayMs: 0 };
          if (kind === 'io') return before.pipe(io(`s${i}`, task, { ...rest, retry, concurrency: Math.min(4, rest.window) }));
          if (kind === 'cpu') return before.pipe(cpu(`s${i}`, task, { ...limits, order, retry }));
          return before.pipe(cpu(`s${i}`, task, { ...limits, key: (n: number) => n % 3, retry }));
        },
        flow(upTo(items), { deadLetters: rejects.sink }),
      );
      const out = memorySink<number>();
      const report = await localTo(() => declared, out.sink, { capacity: 2 }).run(undefined, { workers: 0 });
      expect(discrepancies(report)).toEqual([]);
      expect(out.items.toSorted((a, b) => a - b)).toEqual(numbers.toSorted((a, b) => a - b));
      if (stages.every(({ kind, order }) => kind !== 'keyed' && order === 'input')) expect(out.items).toEqual(numbers);
      stages.forEach(({ onError }, i) => {
        const { skipped, deadLettered, failed, cancelled } = report.stages[i + 1]!;
        const count = gone[i]!.length;
        expect([skipped, deadLettered, failed, cancelled]).toEqual(onError === 'skip' ? [count, 0, 0, 0] : [0, count, 0, 0]);
        const written = rejects.items.filter(({ stage }) => stage === `s${i}`).map(({ item }) => item as number);
        expect(written.toSorted((a, b) => a - b)).toEqual(onError === 'skip' ? [] : gone[i]!.toSorted((a, b) => a - b));
      });
      expect(report.deadLetters!.written).toBe(rejects.items.length);
    }),
    { numRuns: 60 },
  );
}, 60_000);

function taskOf(by: string, fails: number): (n: number) => number {
  const plain = (n: number): number => (n % fails === 1 ? failing(n) : n);
  const tasks: Record<string, (n: number) => unknown> = {
    value: plain,
    promise: async (n) => {
      if (n % 4 === 0) await turns(1);
      return plain(n);
    },
    generator: function* (n) {
      yield n;
      if (n % fails === 1) {
        yield n;
        failing(n);
      }
    },
    asyncGenerator: async function* (n) {
      yield n;
      if (n % fails === 1) {
        yield n;
        failing(n);
      }
    },
  };
  // The four ways have four types; the outputs are numbers in all of them.
  return tasks[by] as (n: number) => number;
}
