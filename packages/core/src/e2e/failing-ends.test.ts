import { describe, expect, test } from '@jest/globals';
import { flow, io, type Sink } from '@millrace/core';
import { map } from 'rxjs';
import { Broken, breakAt, checked } from './broken.fixture.js';
import { counting, gate, local, localTo, memorySink, never, rejection, turns, until, upTo } from './kit.fixture.js';

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
