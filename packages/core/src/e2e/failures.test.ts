import { describe, expect, test } from '@jest/globals';
import { cpu, flow, io, operators } from '@millrace/core';
import { finalize, map, mergeWith, startWith, throwError } from 'rxjs';
import { Broken, breakAt, checked } from './broken.fixture.js';
import { counting, eventsOf, local, localTo, memorySink, never, rejection, turn, turns, until, upTo } from './kit.fixture.js';

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
