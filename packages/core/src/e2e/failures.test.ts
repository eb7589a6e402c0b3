import { describe, expect, test } from '@jest/globals';
import { cpu, flow, io, operators, PlanError, type RunReport, type Sink, StageError, type Writer } from '@millrace/core';
import { finalize, map, mergeWith, NEVER, startWith, throwError } from 'rxjs';
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
  turn,
  turns,
  until,
  upTo,
} from './kit.fixture.js';

class Broken extends Error {}

const breakAt = (bad: number) => (n: number) => {
  if (n === bad) throw new Broken(`at ${n}`);
  return n;
};

function checked(error: unknown, stage: string, position: number | undefined): StageError & { report: RunReport } {
  expect(error).toBeInstanceOf(StageError);
  expect(error).toMatchObject({ stage, position, attempt: 1 });
  const failed = error as StageError & { report: RunReport };
  expect(failed.cause).toBeInstanceOf(Broken);
  expect(failed.report.outcome).toBe('failed');
  expect(discrepancies(failed.report)).toEqual([]);
  return failed;
}

describe('a failure in the middle rejects the run, returns the source, aborts the sink once', () => {
  const bodies = {
    'an io task': () => io('break', breakAt(5)),
    'an io task by its promise': () =>
      io('break', async (n: number) => {
        await turn();
        return breakAt(5)(n);
      }),
    'an io generator': () =>
      io('break', function* (n: number) {
        yield breakAt(5)(n);
      }),
    'an io async generator': () =>
      io('break', async function* (n: number) {
        yield breakAt(5)(n);
      }),
    'an io Observable': () => io('break', (n: number) => (n === 5 ? throwError(() => new Broken()) : n)),
    'io operators': () => io('break', operators(map(breakAt(5)))),
  };
  const slow = async (call: string): Promise<void> => {
    if (call === 'write') await turns(3);
  };
  const settings = [
    { capacity: 1, before: () => undefined },
    { capacity: 1, before: slow },
    { capacity: 1024, before: slow },
  ];
  test.each(Object.entries(bodies))('%s', async (_name, body) => {
    for (const { capacity, before } of settings) {
      const { seen, flow: numbers } = counting();
      const memory = memorySink<unknown>(before);
      const run = localTo<unknown>(() => numbers().pipe(body()), memory.sink, { capacity, batch: { items: 1 } }).start();
      checked(await rejection(run.finished), 'break', 5);
      expect(seen.returned).toBe(1);
      expect({ abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({ abort: 1, commit: 0 });
      expect(memory.overlaps).toBe(0);
      expect(memory.items).toEqual(upTo(memory.items.length));
    }
  });

  test('untagged operators', async () => {
    const { seen, flow: numbers } = counting();
    const memory = memorySink<number>();
    const run = localTo(() => numbers().pipe(map(breakAt(5))), memory.sink).start();
    checked(await rejection(run.finished), 'inline-1', 5);
    expect({ returned: seen.returned, abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({
      returned: 1,
      abort: 1,
      commit: 0,
    });
  });

  test('operators that fail when they are subscribed to', async () => {
    const { seen, flow: numbers } = counting(3);
    const memory = memorySink<number>();
    const broken = mergeWith<number, [number]>(throwError(() => new Broken()));
    const run = localTo(() => numbers().pipe(broken), memory.sink).start();
    checked(await rejection(run.finished), 'inline-1', undefined);
    await turns(5);
    expect({ pulled: seen.pulled, abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({
      pulled: 0,
      abort: 1,
      commit: 0,
    });
  });

  test('operators that fail when they are subscribed to let nothing else begin', async () => {
    const memory = memorySink<number>();
    const broken = mergeWith<number, [number]>(throwError(() => new Broken()));
    const run = localTo(
      () =>
        counting(3)
          .flow()
          .pipe(
            broken,
            io('pass', (n: number) => n),
            startWith(1),
          ),
      memory.sink,
    ).start();
    const events = eventsOf(run);
    checked(await rejection(run.finished), 'inline-1', undefined);
    await turns(5);
    expect(memory.count('write')).toBe(0);
    expect(events.map(({ type }) => type)).toEqual(['ended']);
  });
});

describe('a source that throws', () => {
  const at = [0, 5, 9];
  test.each(at)('at item %i fails the run in the source', async (bad) => {
    const memory = memorySink<number>();
    const numbers = (n: number): number => breakAt(bad)(n);
    const sources = [
      function* () {
        for (const n of upTo(10)) yield numbers(n);
      },
      async function* () {
        for (const n of upTo(10)) yield numbers(n);
      },
    ];
    for (const source of sources) {
      const error = await rejection(localTo(() => flow<number>(source), memory.sink).run());
      checked(error, 'source', undefined);
    }
    expect({ abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({ abort: 2, commit: 0 });
  });

  test('when it is opened, or as its function is called', async () => {
    const memory = memorySink<number>();
    const refuse = (): never => {
      throw new Broken('closed');
    };
    const connector = { name: 'numbers', open: refuse };
    checked(await rejection(localTo(() => flow<number>(connector), memory.sink).run()), 'numbers', undefined);
    checked(await rejection(localTo(() => flow<number>(refuse), memory.sink).run()), 'source', undefined);
    checked(await rejection(localTo(() => flow<number>(async () => refuse()), memory.sink).run()), 'source', undefined);
    expect({ abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({ abort: 3, commit: 0 });
  });

  test('and tells where, by the origin of its error or of the item', async () => {
    const lines = (then: () => Promise<never>) => ({
      name: 'lines',
      open: async function* () {
        yield { items: upTo(8), origin: (index: number) => `lines.txt:${index + 1}` };
        await then();
      },
    });
    const cut = async (): Promise<never> => {
      throw Object.assign(new Broken('cut off'), { origin: 'lines.txt:9' });
    };
    const late = await rejection(local(() => flow(lines(cut)).pipe(io('pass', (n: number) => n))).run());
    expect(late).toMatchObject({ stage: 'lines', origin: 'lines.txt:9' });
    const early = await rejection(local(() => flow(lines(never)).pipe(io('break', breakAt(3)))).run());
    expect(early).toMatchObject({ stage: 'break', position: 3, origin: 'lines.txt:4' });
  });

  test('or gives nonsense fails the run and leaves it not hanging', async () => {
    const pulls = [undefined, 5, {}, { items: 'abc' }, { items: null }];
    for (const pull of pulls) {
      const source = {
        name: 'nonsense',
        open: async function* () {
          yield pull as unknown as { items: number[] };
        },
      };
      expect(await rejection(local(() => flow(source)).run())).toMatchObject({ message: expect.stringContaining('nonsense') });
    }
    const opened = { name: 'nonsense', open: () => 5 as unknown as AsyncIterable<{ items: number[] }> };
    expect(await rejection(local(() => flow(opened)).run())).toMatchObject({ message: expect.stringContaining('nonsense') });
  });

  test.each([undefined, null, 5, 'text', {}])('from a function that returns %p', async (value) => {
    const source = (): Iterable<number> & object => value as unknown as number[];
    expect(await rejection(local(() => flow(source)).run())).toMatchObject({
      code: 'ERR_PLAN',
      message: expect.stringContaining('the source function returned'),
    });
  });

  test('one whose return() throws does not hide the outcome', async () => {
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: 1 }),
        return: async () => {
          throw new Error('return() failed');
        },
      }),
    };
    const run = local(() => flow(() => source).pipe(io('break', breakAt(1)))).start();
    const failures: unknown[] = [];
    run.events.subscribe((event) => event.type === 'releaseFailed' && failures.push(event.stage));
    checked(await rejection(run.finished), 'break', 0);
    expect(failures).toEqual(['source']);
  });
});

describe('a sink that throws', () => {
  const throwing = (at: string) =>
    memorySink<number>((call) => {
      if (call === at) throw new Broken(`in ${at}`);
    });

  test('in open fails the run before anything is read', async () => {
    const { seen, flow: numbers } = counting();
    const memory = throwing('open');
    checked(await rejection(localTo(numbers, memory.sink).run()), 'memory', undefined);
    expect({ pulled: seen.pulled, abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({
      pulled: 0,
      abort: 0,
      commit: 0,
    });
  });

  test('in write is aborted once, and the source is returned', async () => {
    for (const capacity of [1, 1024]) {
      const { seen, flow: numbers } = counting();
      const memory = throwing('write');
      const { report } = checked(
        await rejection(localTo(numbers, memory.sink, { capacity, batch: { items: 1 } }).run()),
        'memory',
        0,
      );
      expect({ returned: seen.returned, abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({
        returned: 1,
        abort: 1,
        commit: 0,
      });
      expect(report.delivered).toBe(0);
    }
  });

  test('in commit is aborted once', async () => {
    const memory = throwing('commit');
    const error = await rejection(localTo(() => flow(upTo(3)), memory.sink).run());
    checked(error, 'memory', undefined);
    expect({ abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({ abort: 1, commit: 1 });
  });

  test('in abort is told as an event and does not hide the outcome', async () => {
    const memory = throwing('abort');
    const run = localTo(() => flow(upTo(3)).pipe(map(breakAt(1))), memory.sink).start();
    const failures: unknown[] = [];
    run.events.subscribe((event) => event.type === 'releaseFailed' && failures.push(event.stage));
    checked(await rejection(run.finished), 'inline-1', 1);
    expect(failures).toEqual(['memory']);
  });

  test.each([undefined, null, {}, { write: 5 }])('or opens to %p fails the run', async (writer) => {
    const sink: Sink<number> = { name: 'nonsense', open: async () => writer as never };
    expect(await rejection(localTo(() => flow(upTo(3)), sink).run())).toMatchObject({
      message: expect.stringContaining('nonsense'),
    });
  });
});

describe('calls of a writer never overlap, and one of commit and abort comes', () => {
  test('an abort waits for the write that is under way', async () => {
    const writing = gate();
    const memory = memorySink<number>(async (call) => {
      if (call === 'write') await writing.passed;
    });
    const run = localTo(() => flow(upTo(3)), memory.sink).start();
    await until(() => memory.count('write') === 1);
    run.cancel('enough');
    await turns(3);
    writing.open();
    await rejection(run.finished);
    expect({ overlaps: memory.overlaps, abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({
      overlaps: 0,
      abort: 1,
      commit: 0,
    });
  });

  test('a cancel during the commit comes too late: what is committed is completed', async () => {
    const committing = gate();
    const memory = memorySink<number>(async (call) => {
      if (call === 'commit') await committing.passed;
    });
    const run = localTo(() => flow(upTo(3)), memory.sink).start();
    await until(() => memory.count('commit') === 1);
    run.cancel('enough');
    await turns(3);
    committing.open();
    expect(await run.finished).toMatchObject({ outcome: 'completed', delivered: 3 });
    expect({ overlaps: memory.overlaps, abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({
      overlaps: 0,
      abort: 0,
      commit: 1,
    });
  });

  test('a commit that never ends is given up when a cancel has waited its time', async () => {
    const memory = memorySink<number>((call) => (call === 'commit' ? never() : undefined));
    const run = localTo(() => flow(upTo(3)), memory.sink).start(undefined, { graceMs: 20 });
    await until(() => memory.count('commit') === 1);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({
      ...{ code: 'ERR_CANCELLED', cause: 'enough' },
      report: { commits: { committed: [], begun: [memory.sink.name] } },
    });
  });

  test('a write that never ends does not keep the run from its end', async () => {
    const memory = memorySink<number>((call) => (call === 'write' ? never() : undefined));
    const run = localTo(() => flow(upTo(3)), memory.sink).start(undefined, { graceMs: 20 });
    await until(() => memory.count('write') === 1);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED', cause: 'enough' });
    expect({ abort: memory.count('abort'), commit: memory.count('commit') }).toEqual({ abort: 1, commit: 0 });
  });
});

describe('a failure', () => {
  test('aborts the signals of what is in flight, with the error of the run as their reason', async () => {
    const reasons: unknown[] = [];
    const run = local(() =>
      flow(upTo(10)).pipe(
        io(
          'wait',
          (n: number, { signal }) => {
            if (n === 3) throw new Broken();
            signal.addEventListener('abort', () => reasons.push(signal.reason));
            return never();
          },
          { concurrency: 4 },
        ),
      ),
    ).start();
    const error = await rejection(run.finished);
    checked(error, 'wait', 3);
    expect(reasons).toEqual([error, error, error]);
  });

  test('rejects once, with the first of many errors, and the others make no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const run = local(() =>
        flow(upTo(50)).pipe(
          io('break', async (n: number) => {
            await turns(2);
            throw new Broken(`at ${n}`);
          }),
        ),
      ).start();
      checked(await rejection(run.finished), 'break', 0);
      await turns(20);
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(unhandled).toEqual([]);
  });

  test('of an output that cannot be copied returns the generator that gave it', async () => {
    let returned = 0;
    const give = function* (n: number) {
      try {
        yield n;
        yield () => n;
      } finally {
        returned += 1;
      }
    };
    const giveLate = async function* (n: number) {
      yield* give(n);
    };
    for (const task of [give, giveLate]) {
      const run = local<unknown>(() =>
        flow([1]).pipe(cpu('give', task as (n: number) => unknown, { isolation: 'inline' })),
      ).start();
      expect(await rejection(run.finished)).toMatchObject({ stage: 'give', position: 0, cause: { code: 'ERR_CLONE' } });
    }
    await turns(2);
    expect(returned).toBe(2);
  });

  test('of what an early stop leaves behind does not keep the run from its end', async () => {
    const bad = (): never => {
      throw new Error('in a finally');
    };
    const generators: Record<string, (n: number) => unknown> = {
      generator: function* (n: number) {
        try {
          yield n;
          yield n;
        } finally {
          bad();
        }
      },
      asyncGenerator: async function* (n: number) {
        try {
          yield n;
          yield n;
        } finally {
          bad();
        }
      },
    };
    for (const [name, task] of Object.entries(generators)) {
      const memory = memorySink<unknown>((call) => (call === 'write' ? never() : undefined));
      const run = localTo<unknown>(() => flow(upTo(50)).pipe(io('expand', task, { capacity: 1 })), memory.sink, {
        capacity: 1,
        batch: { items: 1 },
      }).start(undefined, { graceMs: 20 });
      await until(() => run.snapshot().stages.at(-1)?.waiting === 1);
      run.cancel('enough');
      expect({ name, error: await rejection(run.finished) }).toMatchObject({
        name,
        error: { code: 'ERR_CANCELLED', cause: 'enough' },
      });
    }
    const run = local(() =>
      counting()
        .flow()
        .pipe(finalize(bad), io('wait', never, { capacity: 1 })),
    ).start();
    await until(() => run.snapshot().read > 2);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED', cause: 'enough' });
  });

  test('a task or generator may itself cancel the run', async () => {
    for (const kind of ['task', 'generator', 'operator', 'source'] as const) {
      const stop = new AbortController();
      const source = function* () {
        for (const n of upTo(10)) {
          if (kind === 'source' && n === 2) stop.abort('from within');
          yield n;
        }
      };
      const run = local(() =>
        flow(source).pipe(
          map((n) => {
            if (kind === 'operator' && n === 2) stop.abort('from within');
            return n;
          }),
          io('stop', (n: number): unknown => {
            if (kind === 'task' && n === 2) stop.abort('from within');
            if (kind !== 'generator') return n;
            return (function* () {
              if (n === 2) stop.abort('from within');
              yield n;
            })();
          }),
        ),
      ).start(undefined, { signal: stop.signal, graceMs: 50 });
      expect({ kind, error: await rejection(run.finished) }).toMatchObject({
        kind,
        error: { code: 'ERR_CANCELLED', cause: 'from within' },
      });
    }
  });
});

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
