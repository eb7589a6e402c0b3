import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ManualTimers } from '../../timers.fixture.js';
import { Limiter } from './limiter.js';
import { LoopStage } from './loop-stage.fixture.js';

interface Call {
  readonly key: string;
  readonly nth: number;
  readonly fails: number;
}

const retry = { attempts: 3, delayMs: 3, factor: 1, maxDelayMs: 3, jitter: false };

/** Most starts that any time of this length has held. */
function most(starts: readonly number[], perMs: number): number {
  return starts.reduce((high, at) => Math.max(high, starts.filter((other) => other >= at && other < at + perMs).length), 0);
}

describe('an io stage with a rate', () => {
  test('S10 S11 S12 no time of perMs holds more starts than the limit, retries included, and no place stays free that could be used', async () => {
    const options = fc.record({
      limit: fc.integer({ min: 1, max: 4 }),
      perMs: fc.integer({ min: 1, max: 12 }),
      keyed: fc.boolean(),
      concurrency: fc.integer({ min: 1, max: 5 }),
      more: fc.integer({ min: 0, max: 6 }),
      order: fc.constantFrom('input' as const, 'none' as const),
    });
    const given = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), fails: fc.constantFrom(0, 0, 0, 1) }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(options, given, fc.infiniteStream(fc.nat(100)), async (chosen, calls, chance) => {
        const { limit, perMs, keyed, concurrency, more, order } = chosen;
        const timers = new ManualTimers();
        const limiter = new Limiter({ limit, perMs }, timers);
        const keyOf = keyed ? (item: unknown) => (item as Call).key : undefined;
        const window = concurrency + more;
        const loop = new LoopStage<Call>({ concurrency, window, order, retry, timers, rate: { limiter, keyOf } });
        const items = calls.map((call, nth): Call => ({ ...call, nth }));
        loop.push(...items);
        loop.end();
        const keyName = ({ key }: Call): string => (keyed ? key : 'all');
        const outputs: Call[] = [];
        for (let turn = 0; !loop.stage.ended; turn += 1) {
          expect(turn).toBeLessThan(2000);
          expect(loop.running.length).toBeLessThanOrEqual(concurrency);
          if (loop.running.length < concurrency) {
            const now = timers.now();
            const spent = (key: string): number =>
              loop.begun.filter(({ item, at }) => keyName(item) === key && at > now - perMs).length;
            // Admission is in order: what has not begun of the first so many could have.
            const begun = new Set(loop.begun.map(({ item }) => item));
            const next = items.filter((item) => !begun.has(item))[0];
            const free = loop.stage.held < window;
            if (next !== undefined && free) expect(spent(keyName(next))).toBe(limit);
          }
          const pick = chance.next().value;
          const attempt = loop.running[pick % Math.max(1, loop.running.length)];
          if (attempt === undefined || pick % 3 === 0) loop.elapse(1);
          else if (attempt.number <= attempt.item.fails) attempt.reject(new Error('again'));
          else attempt.resolve(attempt.item);
          await loop.settle();
          outputs.push(...loop.takeAll());
        }
        for (const key of ['a', 'b', 'c', 'all']) {
          const starts = loop.begun.filter(({ item }) => keyName(item) === key).map(({ at }) => at);
          expect(most(starts, perMs)).toBeLessThanOrEqual(limit);
        }
        const sorted = order === 'input' ? outputs : outputs.toSorted((one, other) => one.nth - other.nth);
        expect(sorted).toEqual(items);
        expect(loop.begun).toHaveLength(items.reduce((sum, { fails }) => sum + 1 + fails, 0));
        expect(timers.waiting).toBe(0);
      }),
      { numRuns: 80 },
    );
  });

  const callsOf = (...keys: string[]): Call[] => keys.map((key, nth) => ({ key, nth, fails: 0 }));
  const begun = (loop: LoopStage<Call>): string[] =>
    loop.begun.map(({ item: { key, nth }, number, at }) => `${key}${nth} ${number} at ${at - 1000}`);

  test('S11 a stage out of permits is woken by one timer, and takes nothing in beyond the item that waits', () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 2, perMs: 10 }, timers);
    const loop = new LoopStage<Call>({ concurrency: 8, window: 8, timers, rate: { limiter } });
    loop.push(...callsOf('a', 'b', 'c', 'd', 'e'));
    expect(begun(loop)).toEqual(['a0 1 at 0', 'b1 1 at 0']);
    expect([timers.waiting, loop.stage.held, loop.input.length]).toEqual([1, 3, 2]);
    expect([loop.stage.load, loop.stage.activity]).toEqual([1, 'busy']);
    loop.elapse(9);
    expect(loop.begun).toHaveLength(2);
    loop.elapse(1);
    expect(begun(loop).slice(2)).toEqual(['c2 1 at 10', 'd3 1 at 10']);
    expect(loop.stage.figures.rateHeldMs).toBe(10);
  });

  test('S12 a key without permits holds up no other, and takes no place', () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 1, perMs: 10 }, timers);
    const keyOf = (item: unknown): string => (item as Call).key;
    const loop = new LoopStage<Call>({ concurrency: 3, window: 8, timers, rate: { limiter, keyOf } });
    loop.push(...callsOf('a', 'a', 'a', 'b', 'c'));
    expect(begun(loop)).toEqual(['a0 1 at 0', 'b3 1 at 0', 'c4 1 at 0']);
    loop.elapse(10);
    expect(loop.begun).toHaveLength(3);
    loop.running[1]!.resolve('b');
  });

  test.each([
    ['input', {}],
    ['key', { order: 'key' as const, orderKey: true, concurrencyPerKey: 3 }],
  ])(
    'S4 S12 an item that others have overtaken gets a place when it gets its permit, though those that wait for it have all (order %s)',
    async (_, { orderKey, ...more }: { order?: 'key'; orderKey?: boolean; concurrencyPerKey?: number }) => {
      const timers = new ManualTimers();
      const limiter = new Limiter({ limit: 1, perMs: 10 }, timers);
      const keyOf = (item: unknown): string => (item as Call).key;
      const ofOrder = orderKey ? { keyOf: () => 'all' } : {};
      const loop = new LoopStage<Call>({ concurrency: 1, window: 4, timers, rate: { limiter, keyOf }, ...more, ...ofOrder });
      const items = callsOf('a', 'a', 'b', 'b');
      loop.push(...items);
      loop.end();
      const outputs: unknown[] = [];
      for (let turn = 0; !loop.stage.ended && turn < 100; turn += 1) {
        const [attempt] = loop.running;
        if (attempt === undefined) loop.elapse(1);
        else
          attempt.resolve(
            (function* () {
              yield attempt.item;
            })(),
          );
        await loop.settle();
        outputs.push(...loop.takeAll());
      }
      expect(outputs).toEqual(items);
    },
  );

  test.each([
    ['of other keys', { order: 'key' as const, keyed: true, concurrencyPerKey: 1 }],
    ['of other keys, two of each', { order: 'key' as const, keyed: true, concurrencyPerKey: 2 }],
    ['without an order', { order: 'none' as const, keyed: false }],
  ])('S1 tasks that pause give their places to no items %s, which they do not wait for', async (_, { order, keyed, ...more }) => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 1, perMs: 10 }, timers);
    const ofOrder = keyed ? { keyOf: ({ key }: Call) => key } : {};
    const loop = new LoopStage<Call>({
      concurrency: 2,
      window: 64,
      order,
      timers,
      rate: { limiter, keyOf: () => 1 },
      ...ofOrder,
      ...more,
    });
    loop.push(...callsOf(...Array.from({ length: 20 }, (__, i) => `${i}`)));
    let open = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      const [attempt] = loop.running;
      attempt?.resolve(
        (function* () {
          open += 1;
          for (let i = 0; ; i += 1) yield i;
        })(),
      );
      await loop.settle();
      loop.elapse(10);
      await loop.settle();
    }
    expect(loop.begun.length).toBeLessThanOrEqual(2);
    expect(open).toBeLessThanOrEqual(2);
  });

  test('S10 an attempt that waited for a place takes its permit when it starts, not before', async () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 1, perMs: 10 }, timers);
    const loop = new LoopStage<Call>({ concurrency: 1, window: 4, timers, rate: { limiter } });
    loop.push(...callsOf('a', 'b', 'c'));
    loop.elapse(25);
    loop.running[0]!.resolve('a');
    await loop.settle();
    loop.running[0]!.resolve('b');
    await loop.settle();
    expect(begun(loop)).toEqual(['a0 1 at 0', 'b1 1 at 25']);
    loop.elapse(9);
    expect(loop.begun).toHaveLength(2);
    loop.elapse(1);
    expect(begun(loop).at(-1)).toBe('c2 1 at 35');
  });

  test('S10 S4 an item that is tried again gets its permit and a place though a pausing task has the only one', async () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 2, perMs: 10 }, timers);
    const loop = new LoopStage<Call>({ concurrency: 1, window: 4, timers, retry, rate: { limiter } });
    loop.push(...callsOf('a', 'b', 'c'));
    loop.running[0]!.reject(new Error('again'));
    await loop.settle();
    // Its outputs come after those of the first item, so it pauses when those ahead have filled the window.
    loop.running[0]!.resolve(
      (async function* () {
        for (let i = 0; i < 10; i += 1) yield i;
      })(),
    );
    for (let i = 0; i < 20; i += 1) await loop.settle();
    loop.elapse(9);
    expect(begun(loop)).toEqual(['a0 1 at 0', 'b1 1 at 0']);
    loop.elapse(1);
    expect(begun(loop).slice(2)).toEqual(['a0 2 at 10']);
    loop.running[0]!.resolve('a');
    for (let i = 0; i < 40; i += 1) await loop.settle();
    expect(loop.takeAll()).toEqual(['a', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(begun(loop).slice(3)).toEqual(['c2 1 at 10']);
  });

  test('S11 S12 of two items that are due again together, the one whose key has no permit does not hold up the other', async () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 2, perMs: 10 }, timers);
    const keyOf = (item: unknown): string => (item as Call).key;
    const loop = new LoopStage<Call>({ concurrency: 1, window: 8, timers, retry, rate: { limiter, keyOf } });
    loop.push(...callsOf('a', 'a', 'b', 'c'));
    loop.running[0]!.reject(new Error('again'));
    await loop.settle();
    loop.running[0]!.resolve('a');
    await loop.settle();
    loop.running[0]!.reject(new Error('again'));
    await loop.settle();
    // It has the only place, and pauses as its outputs come after those of the first item.
    loop.running[0]!.resolve(
      (async function* () {
        for (let i = 0; i < 20; i += 1) yield i;
      })(),
    );
    for (let i = 0; i < 40; i += 1) await loop.settle();
    loop.elapse(3);
    expect(begun(loop)).toEqual(['a0 1 at 0', 'a1 1 at 0', 'b2 1 at 0', 'c3 1 at 0', 'b2 2 at 3']);
  });

  test('S13 stages with one limiter share its permits in turns, and one that has nothing to do leaves all to the other', async () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 4, perMs: 10 }, timers);
    const [one, other] = [0, 1].map(() => new LoopStage<Call>({ concurrency: 100, window: 200, timers, rate: { limiter } })) as [
      LoopStage<Call>,
      LoopStage<Call>,
    ];
    const elapse = (ms: number): void => {
      for (let i = 0; i < ms; i += 1) {
        timers.elapse(1);
        one.step();
        other.step();
      }
    };
    one.push(...callsOf(...Array.from({ length: 50 }, () => 'x')));
    other.push(...callsOf(...Array.from({ length: 6 }, () => 'y')));
    expect([one.begun.length, other.begun.length]).toEqual([4, 0]);
    elapse(10);
    expect([one.begun.length, other.begun.length]).toEqual([6, 2]);
    elapse(10);
    expect([one.begun.length, other.begun.length]).toEqual([8, 4]);
    elapse(30);
    expect([one.begun.length, other.begun.length]).toEqual([18, 6]);
  });

  test('S13 a stage that is stopped while it waits leaves its permits to the others', () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 1, perMs: 10 }, timers);
    const [one, other] = [0, 1].map(() => new LoopStage<Call>({ concurrency: 9, window: 9, timers, rate: { limiter } })) as [
      LoopStage<Call>,
      LoopStage<Call>,
    ];
    one.push(...callsOf('x', 'x', 'x'));
    other.push(...callsOf('y', 'y'));
    one.stage.stop(undefined);
    timers.elapse(10);
    other.step();
    expect(other.begun).toHaveLength(1);
    other.stage.stop(undefined);
    expect(timers.waiting).toBe(0);
  });

  test('S10 an item whose rate key is none fails', () => {
    const timers = new ManualTimers();
    const limiter = new Limiter({ limit: 1, perMs: 10 }, timers);
    const loop = new LoopStage<Call>({ concurrency: 1, window: 4, timers, rate: { limiter, keyOf: () => undefined } });
    loop.push(...callsOf('a'));
    expect(loop.host.failures).toMatchObject([
      {
        position: 0,
        error: { message: '"rate.key" must give a string, number, bigint or boolean for each item, got undefined' },
      },
    ]);
  });
});
