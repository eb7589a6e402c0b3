import { describe, expect, test } from '@jest/globals';
import { type DeadLetter, type Flow, flow, io, type Run, rateLimiter } from '@millrace/core';
import { P } from 'ts-pattern';
import { local, localTo, memorySink, rejection, turn, turns, upTo } from './kit.fixture.js';
import { cancelled } from './stopping.fixture.js';

/** A run that its own code can end. */
function endable<T>(factory: (end: () => void) => Flow<T>): { readonly run: Run; readonly end: () => void } {
  const end = (): void => run.cancel('enough');
  const run = local(() => factory(end)).start();
  return { run, end };
}

/** Ends the run when it is asked about the item. */
const keyEnding =
  (at: number, end: () => void) =>
  (n: number): string => {
    if (n === at) end();
    return 'one';
  };

const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

describe('a run that the code of its user ends while that is asked', () => {
  test.each<[string, (end: () => void, ran: number[]) => Flow<unknown>]>([
    ['key', (end, ran) => flow(upTo(5)).pipe(io('run', (n) => ran.push(n), { key: keyEnding(2, end), concurrencyPerKey: 9 }))],
    [
      'key, and gives none',
      (end, ran) =>
        flow(upTo(5), { deadLetters: memorySink<DeadLetter>(() => undefined).sink }).pipe(
          io('run', (n) => ran.push(n), { key: (n) => (n === 2 ? end() : 'one') as string, onError: 'deadLetter' }),
        ),
    ],
    [
      'rate.key',
      (end, ran) => flow(upTo(5)).pipe(io('run', (n) => ran.push(n), { rate: { limit: 9, perMs: 1, key: keyEnding(2, end) } })),
    ],
    [
      'a condition of a route',
      (end, ran) =>
        flow(upTo(5)).route((route) =>
          route
            .when(
              'all',
              P.when((n: number) => keyEnding(2, end)(n) !== ''),
              (all) => all.pipe(io('run', (n) => ran.push(n))),
            )
            .otherwise('rest', (rest) => rest.pipe(io('never', () => 0))),
        ),
    ],
  ])('E5 starts no task for the item, and holds none: %s', async (_, factory) => {
    const ran: number[] = [];
    const { run } = endable((end) => factory(end, ran));
    await cancelled(run, 'enough');
    await turn();
    expect(ran).not.toContain(2);
    expect(ran).not.toContain(undefined);
    expect(run.snapshot().live).toBe(0);
  });

  test('S13 leaves the permits of its limiter to the others', async () => {
    let end = (): void => undefined;
    const limiter = rateLimiter({ limit: 1, perMs: 20, key: (n: number) => keyEnding(1, end)(n) });
    const first = endable((cancel) => {
      end = cancel;
      return flow([0, 1]).pipe(io('first', (n) => n, { rate: limiter }));
    });
    await cancelled(first.run, 'enough');
    const others = local(() => flow([2, 3]).pipe(io('second', (n) => n, { rate: limiter })));
    expect((await others.run()).delivered).toBe(2);
  }, 5_000);

  test('B14 by a write: what that has begun settles before the abort', async () => {
    let run!: Run;
    const memory = memorySink<number>((call) => {
      if (call !== 'write') return undefined;
      run.cancel('enough');
      return turns(3);
    });
    run = localTo(() => flow(upTo(3)), memory.sink).start();
    await cancelled(run, 'enough');
    expect({ overlaps: memory.overlaps, abort: memory.count('abort') }).toEqual({ overlaps: 0, abort: 1 });
  });

  test.each(['task', 'sink'])(
    'E8 by retry.when, which wants another attempt all the same: nothing waits for that: %s',
    async (of) => {
      const before = timers();
      let run!: Run;
      const fails = async (): Promise<never> => {
        throw new Error('broken');
      };
      const when = (): boolean => {
        run.cancel('enough');
        return true;
      };
      const retry = { attempts: 3, delayMs: 60_000, maxDelayMs: 60_000, jitter: false, when };
      const memory = memorySink<number>(async (call) => (call === 'write' ? fails() : undefined));
      run =
        of === 'task'
          ? local(() => flow([1]).pipe(io('fails', fails, { retry }))).start()
          : localTo(() => flow([1]), memory.sink, { retry }).start();
      await cancelled(run, 'enough');
      expect(timers()).toBe(before);
    },
  );
});

describe('an async function in the place of one that answers at once', () => {
  const refuses = async (): Promise<never> => {
    throw new Error('not heard');
  };
  const options: readonly [string, object, string][] = [
    ['key', { key: refuses }, '"key" must give a string, number, bigint or boolean'],
    ['rate.key', { rate: { limit: 1, perMs: 1, key: refuses } }, '"rate.key" must give a string'],
    ['retry.when', { retry: { attempts: 2, when: refuses } }, 'retry.when must return true or false'],
  ];

  test.each(options)('is told by the run, and its rejection does not end the program: %s', async (_, option, message) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const fails = async (): Promise<never> => {
        throw new Error('broken');
      };
      const error = await rejection(local(() => flow([1]).pipe(io('x', fails, option as never))).run());
      expect(String(error)).toContain(message);
      await turns(5);
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(unhandled).toEqual([]);
  });
});
