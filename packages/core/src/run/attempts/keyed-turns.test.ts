import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ManualTimers } from '../../timers.fixture.js';
import { Limiter } from './limiter.js';
import { LoopStage } from './loop-stage.fixture.js';

interface Keyed {
  readonly key: string;
  readonly nth: number;
  /** Attempts that fail before one goes well. */
  readonly fails: number;
}

const retry = { attempts: 4, delayMs: 5, factor: 1, maxDelayMs: 5, jitter: false };

function keyedItems(keys: readonly { readonly key: string; readonly fails: number }[]): Keyed[] {
  const seen = new Map<string, number>();
  return keys.map(({ key, fails }) => {
    const nth = (seen.get(key) ?? -1) + 1;
    seen.set(key, nth);
    return { key, nth, fails };
  });
}

/** The items of each key, as they come in a list. */
function byKey(items: readonly Keyed[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { key, nth } of items) found.set(key, [...(found.get(key) ?? []), nth]);
  return found;
}

describe('an io stage with keys', () => {
  test('S5 S6 S7 S8 of one key at most so many are under way, begun and given out in order, each once, within the window', async () => {
    const options = fc.record({
      concurrency: fc.integer({ min: 1, max: 6 }),
      more: fc.integer({ min: 0, max: 8 }),
      perKey: fc.integer({ min: 1, max: 3 }),
      rated: fc.boolean(),
    });
    const keys = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), fails: fc.constantFrom(0, 0, 0, 1, 2) }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(
        options,
        keys,
        fc.infiniteStream(fc.nat(100)),
        async ({ concurrency, more, perKey, rated }, given, chance) => {
          const items = keyedItems(given);
          const window = concurrency + more;
          const timers = new ManualTimers();
          const keyOf = (item: unknown): boolean => (item as Keyed).key < 'c';
          const rate = { limiter: new Limiter({ limit: 2, perMs: 7 }, timers), keyOf };
          const loop = new LoopStage<Keyed>({
            concurrency,
            window,
            keyOf: ({ key }) => key,
            concurrencyPerKey: perKey,
            retry,
            timers,
            ...(rated ? { rate } : {}),
          });
          loop.push(...items);
          loop.end();
          const settled = new Set<Keyed>();
          const outputs: Keyed[] = [];
          for (let turn = 0; !loop.stage.ended; turn += 1) {
            expect(turn).toBeLessThan(1000);
            expect(loop.running.length).toBeLessThanOrEqual(concurrency);
            expect(loop.stage.held).toBeLessThanOrEqual(window);
            // Those that wait to be tried again are under way.
            const underWay = new Set(loop.begun.map(({ item }) => item).filter((item) => !settled.has(item)));
            for (const [, nths] of byKey([...underWay])) expect(nths.length).toBeLessThanOrEqual(perKey);
            const pick = chance.next().value;
            const attempt = loop.running[pick % Math.max(1, loop.running.length)];
            if (attempt === undefined || pick % 7 === 0) loop.elapse(5);
            else if (attempt.number <= attempt.item.fails) attempt.reject(new Error('again'));
            else {
              settled.add(attempt.item);
              attempt.resolve(attempt.item);
            }
            await loop.settle();
            outputs.push(...loop.takeAll());
          }
          const first = loop.begun.filter(({ number }) => number === 1).map(({ item }) => item);
          expect(byKey(first)).toEqual(byKey(items));
          expect(byKey(outputs)).toEqual(byKey(items));
          expect(loop.stage.counts).toMatchObject({ ok: items.length, failed: 0 });
          expect(loop.host.failures).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('S6 an item that is tried again is overtaken by none of its key, and by others', async () => {
    const loop = new LoopStage<Keyed>({ concurrency: 4, window: 8, keyOf: ({ key }) => key, retry });
    loop.push(...keyedItems(['a', 'a', 'b', 'b'].map((key) => ({ key, fails: 0 }))));
    const begun = (): string[] => loop.begun.map(({ item, number }) => `${item.key}${item.nth} ${number}`);
    expect(begun()).toEqual(['a0 1', 'b0 1']);
    loop.running[0]!.reject(new Error('again'));
    loop.running[0]!.resolve('b0');
    await loop.settle();
    expect(begun()).toEqual(['a0 1', 'b0 1', 'b1 1']);
    loop.elapse(5);
    expect(begun()).toEqual(['a0 1', 'b0 1', 'b1 1', 'a0 2']);
    loop.running.find(({ item }) => item.key === 'a')!.resolve('a0');
    await loop.settle();
    expect(begun().at(-1)).toBe('a1 1');
  });

  test('S8 a hot key takes one place, and the others go on while the window has room', async () => {
    const loop = new LoopStage<Keyed>({ concurrency: 2, window: 6, keyOf: ({ key }) => key });
    loop.push(...keyedItems(['hot', 'hot', 'hot', 'hot', 'x', 'y', 'z'].map((key) => ({ key, fails: 0 }))));
    const keys = (): string[] => loop.running.map(({ item }) => item.key);
    expect(keys()).toEqual(['hot', 'x']);
    loop.running[1]!.resolve('x');
    await loop.settle();
    expect(keys()).toEqual(['hot', 'y']);
    loop.running[1]!.resolve('y');
    await loop.settle();
    expect(keys()).toEqual(['hot', 'z']);
    expect(loop.takeAll()).toEqual(['x', 'y']);
  });

  test('S7 an item that gives many outputs keeps its turn until the last', async () => {
    const loop = new LoopStage<Keyed>({ concurrency: 4, window: 8, keyOf: ({ key }) => key });
    loop.push(...keyedItems(['a', 'a'].map((key) => ({ key, fails: 0 }))));
    let finish!: () => void;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    loop.running[0]!.resolve(
      (async function* () {
        yield 'first';
        await gate;
        yield 'second';
      })(),
    );
    for (let i = 0; i < 5; i += 1) await loop.settle();
    expect(loop.takeAll()).toEqual(['first']);
    expect(loop.begun).toHaveLength(1);
    finish();
    for (let i = 0; i < 5; i += 1) await loop.settle();
    expect(loop.takeAll()).toEqual(['second']);
    expect(loop.begun).toHaveLength(2);
  });

  test('S7 a stop lets go of all that wait for their turn', () => {
    const loop = new LoopStage<Keyed>({ concurrency: 4, window: 8, keyOf: ({ key }) => key });
    loop.push(...keyedItems(['a', 'a', 'a'].map((key) => ({ key, fails: 0 }))));
    loop.stage.stop(new Error('over'));
    expect(loop.stage.held).toBe(0);
    loop.running[0]!.resolve('a');
    loop.step();
    expect(loop.begun).toHaveLength(1);
  });
});
