import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { flow, io } from '@millrace/core';
import { gate, local, turns, until, upTo } from './kit.fixture.js';
import { held, uneven } from './order.fixture.js';

afterEach(() => {
  jest.restoreAllMocks();
});

/** Replayable delays, in turns of the event loop. */
function delays(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % 6;
  };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const settings = [1, 2, 3, 16].flatMap((concurrency) =>
  [1, 2, 10].map((times): [number, number] => [concurrency, concurrency * times]),
);

describe.each(settings)('with a concurrency of %i and a window of %i', (concurrency, window) => {
  test('S1 S3 outputs leave in the order of their inputs, and neither limit is exceeded', async () => {
    const delay = delays(concurrency * 100 + window);
    let running = 0;
    let most = 0;
    const run = local(() =>
      flow(upTo(200)).pipe(
        io(
          'wait',
          async (n: number) => {
            running += 1;
            most = Math.max(most, running);
            // A loop that is late may start them turn by turn.
            if (n < concurrency) await until(() => most >= concurrency);
            await turns(delay());
            running -= 1;
            return n;
          },
          { concurrency, window },
        ),
      ),
    );
    expect(await collect(run.iterate())).toEqual(upTo(200));
    expect(most).toBe(concurrency);
  });

  test('S4 without order a stuck item stops no other, and the window holds behind a stuck head of an ordered stage', async () => {
    for (const order of ['none', 'input'] as const) {
      const hold = gate();
      let started = 0;
      const run = local(() =>
        flow(upTo(200)).pipe(
          io(
            'wait',
            async (n: number) => {
              started += 1;
              if (n === 0) await hold.passed;
              return n;
            },
            { concurrency, window, order },
          ),
        ),
      );
      const items: number[] = [];
      const reading = (async () => {
        for await (const item of run.iterate()) items.push(item);
      })();
      if (order === 'none' && concurrency > 1) await until(() => items.length === 199);
      if (order === 'input') {
        const most = concurrency > 1 ? window : 1;
        await until(() => started === most);
        await turns(30);
        expect({ items, started }).toEqual({ items: [], started: most });
      }
      hold.open();
      await reading;
      if (order === 'none' && concurrency > 1) expect(items.at(-1)).toBe(0);
      expect([...items].sort((a, b) => a - b)).toEqual(upTo(200));
    }
  });
});

test('S3 items that give nothing close their gaps', async () => {
  const delay = delays(7);
  const run = local(() =>
    flow(upTo(200)).pipe(
      io(
        'odd',
        async function* (n: number) {
          await turns(delay());
          if (n % 2 === 1) yield n;
        },
        { concurrency: 5 },
      ),
    ),
  );
  expect(await collect(run.iterate())).toEqual(upTo(200).filter((n) => n % 2 === 1));
});

describe('on threads', () => {
  test('outputs leave in the order of their inputs', async () => {
    expect(await collect(uneven.iterate({ order: 'input' }, { workers: 2 }))).toEqual(upTo(60));
  });

  test('without order all come once', async () => {
    const items = await collect(uneven.iterate({ order: 'none' }, { workers: 2 }));
    expect(items.sort((a, b) => a - b)).toEqual(upTo(60));
  });

  test('without order a stuck item in one lane stops no other', async () => {
    const items = await collect(held.iterate({ done: new SharedArrayBuffer(4) }, { workers: 2 }));
    expect(items.indexOf(0)).toBeGreaterThanOrEqual(50);
    expect(items.sort((a, b) => a - b)).toEqual(upTo(60));
  });
});

test('without order, a generator that never ends does not keep what is ready from leaving', async () => {
  const items: unknown[] = [];
  const endless = function* () {
    for (;;) yield 'more';
  };
  const reading = local(() =>
    flow(upTo(3)).pipe(io('expand', (n: number) => (n < 2 ? endless() : 'other'), { order: 'none', concurrency: 3 })),
  ).iterate();
  while (!items.includes('other')) items.push((await reading.next()).value);
  await reading.return?.();
  expect(items).toContain('other');
});

test.each(['input', 'none'] as const)(
  'S4 generators that never end, and of which each output takes a slice, keep no free place from what comes later: order %s',
  async (order) => {
    let now = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    let given = 0;
    let begun = false;
    const endless = function* () {
      for (; ; given += 1) {
        now += 20;
        yield 'more';
      }
    };
    const source = async function* () {
      yield* [0, 1];
      await until(() => given > 3);
      yield 2;
    };
    const task = (n: number): unknown => {
      if (n < 2) return endless();
      begun = true;
      return 'other';
    };
    const reading = local(() => flow(source).pipe(io('expand', task, { order, concurrency: 3 }))).iterate();
    for (let read = 0; read < 500 && !begun; read += 1) await reading.next();
    expect(begun).toBe(true);
    await reading.return?.();
  },
);
