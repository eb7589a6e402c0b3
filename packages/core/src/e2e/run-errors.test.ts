import { describe, expect, test } from '@jest/globals';
import { flow, io, PlanError, type Sink, StageError, type Writer } from '@millrace/core';
import { finalize, mergeWith, NEVER, throwError } from 'rxjs';
import { Broken, breakAt } from './broken.fixture.js';
import { discrepancies, local, localTo, memorySink, rejection, turn, upTo } from './kit.fixture.js';

describe('the error of a run', () => {
  test('carries the report, which is not printed with it', async () => {
    const error = await rejection(local(() => flow(upTo(3)).pipe(io('break', breakAt(1)))).run());
    expect((error as StageError).report?.outcome).toBe('failed');
    expect(Object.keys(error as StageError)).not.toContain('report');
  });

  test.each([Object.create(null), { toString: null }, Object.freeze(new PlanError('frozen')), Symbol('thrown'), undefined])(
    'is told whatever was thrown',
    async (thrown: unknown) => {
      const task = async (): Promise<never> => {
        throw thrown;
      };
      const error = await rejection(local(() => flow(upTo(3)).pipe(io('break', task))).run());
      expect(error).toBeInstanceOf(StageError);
      expect((error as StageError).cause).toBe(thrown);
    },
  );

  test('names the item that a sink blames by its index in the batch', async () => {
    const memory = memorySink<number>((call) => {
      if (call === 'write') throw Object.assign(new Broken('bad'), { index: 2 });
    });
    const error = await rejection(localTo(() => flow(upTo(5)), memory.sink).run());
    expect(error).toMatchObject({ stage: 'memory', position: 2 });
  });

  test('an operator that throws as it is subscribed to is blamed itself', async () => {
    const throws = (): never => {
      throw new Broken('at once');
    };
    const error = await rejection(flow(upTo(3)).pipe(throws).toArray());
    expect(error).toMatchObject({ stage: 'inline-1', cause: { message: 'at once' } });
  });

  test('of a stage that cannot be made leaves no chain of another subscribed', async () => {
    let closed = 0;
    const watched = finalize<number>(() => {
      closed += 1;
    });
    const throws = (): never => {
      throw new Broken('at once');
    };
    const pass = io('pass', (n: number) => n);
    await rejection(flow(upTo(3)).pipe(mergeWith(NEVER), watched, pass, throws).toArray());
    expect(closed).toBe(1);
    const fails = () => throwError(() => new Broken('at its subscription'));
    await rejection(
      flow(upTo(3))
        .pipe(
          mergeWith(NEVER),
          watched,
          pass,
          fails,
          io('last', (n: number) => n),
        )
        .toArray(),
    );
    expect(closed).toBe(2);
  });

  test('is told though its own getters throw', async () => {
    class Shy extends Error {
      get index(): number {
        throw new Error('not to be asked');
      }
    }
    const memory = memorySink<number>((call) => {
      if (call === 'write') throw new Shy('bad');
    });
    const error = await rejection(localTo(() => flow(upTo(5)), memory.sink).run());
    expect(error).toMatchObject({ stage: 'memory', position: undefined, cause: expect.any(Shy) });
    expect(memory.count('abort')).toBe(1);
  });

  const sinkOf = (calls: Partial<Writer<number>>): Sink<number> => ({
    name: 'break',
    open: async () => ({ write: async () => {}, commit: async () => {}, abort: async () => {}, ...calls }),
  });

  const blank = (): object => Object.create(null);
  const odd: Record<string, [() => unknown, string]> = {
    'a message that is a list': [() => Object.assign(new Error('422'), { message: ['no name'] }), 'Error: no name'],
    'a name that is a symbol': [() => Object.assign(new Error('x'), { name: Symbol('n') }), 'Symbol(n): x'],
    'a message without text': [() => Object.assign(new Error('x'), { message: blank() }), 'thrown value'],
    'a name whose getter throws': [
      () =>
        Object.defineProperty(new Error('x'), 'name', {
          get: () => {
            throw new Error('not to be asked');
          },
        }),
      'thrown value',
    ],
    'a proxy that was revoked': [
      () => {
        const { proxy, revoke } = Proxy.revocable(new Error('x'), {});
        revoke();
        return proxy;
      },
      'thrown value <Revoked Proxy>',
    ],
    'no error, and no text': [() => blank(), 'thrown value [Object: null prototype] {}'],
  };
  describe.each(Object.entries(odd))('is told whatever was thrown: %s', (_, [make, text]) => {
    const thrower = async (): Promise<never> => {
      await turn();
      throw make();
    };

    test.each([
      ['a task', () => local(() => flow(upTo(2)).pipe(io('break', thrower)))],
      [
        'a generator',
        () =>
          local(() =>
            flow(upTo(2)).pipe(
              io('break', async function* () {
                yield await thrower();
              }),
            ),
          ),
      ],
      ['the setup of a stage', () => local(() => flow(upTo(2)).pipe(io('break', (n: number) => n, { setup: thrower })))],
      ['the open of a sink', () => localTo(() => flow(upTo(2)), { name: 'break', open: thrower })],
      ['the write of a sink', () => localTo(() => flow(upTo(2)), sinkOf({ write: thrower }))],
      ['the commit of a sink', () => localTo(() => flow(upTo(2)), sinkOf({ commit: thrower }))],
      [
        'a source',
        () =>
          local(() =>
            flow({
              name: 'break',
              open: async function* () {
                yield await thrower();
              },
            }),
          ),
      ],
    ])('by %s', async (__, make) => {
      const error = await rejection(make().run());
      expect(error).toBeInstanceOf(StageError);
      expect((error as Error).message).toContain(text);
    });
  });

  test('is told without its place when the source cannot tell that', async () => {
    const rows = {
      name: 'rows',
      open: async function* () {
        const origin = (): never => {
          throw new Error('no line known');
        };
        yield { items: [1, 2], origin };
      },
    };
    const make = (onError: 'skip' | 'fail') =>
      local(() =>
        flow(rows).pipe(
          io(
            'break',
            async () => {
              await turn();
              throw new Broken('x');
            },
            { onError },
          ),
        ),
      );
    expect(await make('skip').run()).toMatchObject({ outcome: 'completed', delivered: 0 });
    expect(await rejection(make('fail').run())).toMatchObject({ position: 0, origin: undefined, cause: expect.any(Broken) });
  });

  test('of an item is its own, whatever its promise or its iterator is', async () => {
    const thrown = (): never => {
      throw new Broken('at once');
    };
    const results: Record<string, () => unknown> = {
      'a proxy of a promise': () => new Proxy(Promise.resolve(1), {}),
      'a promise with a then of its own': () => Object.defineProperty(Promise.resolve(1), 'then', { value: thrown }),
      'an iterator that throws at once': () => ({ [Symbol.asyncIterator]: () => ({ next: thrown, return: thrown }) }),
      'a promise whose then calls back and throws': () =>
        Object.defineProperty(Promise.resolve(1), 'then', {
          value: (resolve: (value: number) => void): never => {
            resolve(1);
            return thrown();
          },
        }),
      'an iterator that gives nothing': () => ({ [Symbol.asyncIterator]: () => ({ next: async () => undefined }) }),
      'an iterator that gives no promise of nothing': () => ({ [Symbol.iterator]: () => ({ next: () => null }) }),
      'an iterator whose result throws': () => ({
        [Symbol.asyncIterator]: () => ({ next: async () => Object.defineProperty({}, 'done', { get: thrown }) }),
      }),
      'a generator whose next was changed': () => Object.assign((async function* () {})(), { next: thrown }),
    };
    for (const result of Object.values(results)) {
      const report = await local(() => flow(upTo(2)).pipe(io('break', result, { onError: 'skip' }))).run();
      expect(report).toMatchObject({ outcome: 'completed' });
      expect(discrepancies(report)).toEqual([]);
    }
  });

  test('is none that an item is a proxy which does not want to be asked', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const report = await local(() =>
      flow({
        name: 'rows',
        open: async function* () {
          yield { items: [proxy] };
        },
      }),
    ).run();
    expect(report).toMatchObject({ outcome: 'completed', read: 1 });
  });
});
