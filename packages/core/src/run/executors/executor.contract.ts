import { describe, expect, test } from '@jest/globals';
import { CloneError, TimeoutError, WorkerDeathError } from '@millrace/workers';
import type { Executor, Work } from '../executor.js';
import type { Counted, Stubborn, TaskName } from './executor.fixture.js';
import { type Outcome, ScriptedWork } from './scripted-work.fixture.js';

/** An implementation of the port, and what it promises beyond it. */
export interface ExecutorSubject {
  readonly make: (task: TaskName, work: Work, timeoutMs?: number) => Executor;
  /** Tasks that run at once at most. */
  readonly concurrency: number;
  /** Items and outputs are copied on their way. */
  readonly copies: boolean;
  /** A task may end its thread without ending the program. */
  readonly survivesExit: boolean;
  /** Memory that an item refers to is the same for the task. */
  readonly sharesMemory: boolean;
  /** The time limit of an attempt holds. */
  readonly timesOut: boolean;
}

/** What a test of the contract may set. */
interface Terms {
  readonly window?: number;
  readonly attempts?: number;
  readonly timeoutMs?: number;
}

/** What every place that runs items must do. Called inside a `describe`. */
export function executorContract({ make, concurrency, copies, survivesExit, sharesMemory, timesOut }: ExecutorSubject): void {
  const runAll = async (task: TaskName, items: readonly unknown[], terms: Terms = {}): Promise<Outcome[]> => {
    const work = new ScriptedWork(items, terms.window, terms.attempts);
    const executor = make(task, work, terms.timeoutMs);
    try {
      const outcomes = await work.run(executor);
      expect(executor.running).toBe(0);
      expect(executor.load).toBe(0);
      return outcomes;
    } finally {
      executor.stop(undefined);
    }
  };

  const ordinary = [
    ...[null, undefined, 0, -0, '', Number.NaN, Number.POSITIVE_INFINITY, false, true, 'text', 2 ** 53, 10n],
    ...[[], {}, [undefined], { a: { b: null } }, { description: 'millrace.END' }],
    ...['Symbol(millrace.END)', 'millrace.END', 'END', 'NONE'],
  ];

  test.each(['same', 'promised', 'thenable'] as const)('what looks empty is an ordinary value: %s', async (task) => {
    const outcomes = await runAll(task, ordinary);
    expect(outcomes).toEqual(ordinary.map((output) => ({ kind: 'value', output })));
  });

  test('arrays, Maps, Sets, dates and typed arrays are values', async () => {
    const items = [[1, 2], new Map([[1, 'a']]), new Set([1]), new Date(5), new Uint8Array([1, 2]), [[]]];
    const outcomes = await runAll('same', items);
    expect(outcomes.map(({ kind }) => kind)).toEqual(items.map(() => 'value'));
    const outputs = outcomes.map((outcome) => (outcome.kind === 'value' ? outcome.output : undefined));
    // The realm of a copy differs from that of the test: compared by what they print.
    expect(outputs.map(printed)).toEqual(items.map(printed));
  });

  test('items of the same shape and of many shapes are not mixed up', async () => {
    const items = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? { id: i } : i % 3 === 1 ? { id: i, extra: [i] } : i));
    const outcomes = await runAll('promised', items, { window: 50 });
    expect(outcomes).toEqual(items.map((output) => ({ kind: 'value', output })));
  });

  test.each(['generator', 'asyncGenerator', 'observable', 'promisedGenerator', 'promisedAsyncGenerator', 'promisedObservable'])(
    'each output of a task that makes many is one: %s',
    async (name) => {
      const counts = [3, 0, 1, 10, 2500, 0];
      const outcomes = await runAll(
        'expand',
        counts.map((count) => [name, count]),
      );
      expect(outcomes.map(outputsOf)).toEqual(counts.map((count) => Array.from({ length: count }, (_, i) => i)));
    },
  );

  test('what a task throws fails its item alone, with that very error', async () => {
    const items = ['a', 'thrown', 'b', 'rejected', 'late', 'detailed', 'c', 'text', 'nothing', 'plain', 'd'];
    const outcomes = await runAll('fail', items);
    const passed = items.filter((_, i) => outcomes[i]!.kind === 'value');
    expect(passed).toEqual(['a', 'b', 'c', 'd']);
    const errors = Object.fromEntries(items.map((name, i) => [name, errorOf(outcomes[i]!)]));
    expect(errors.thrown).toBeInstanceOf(TypeError);
    expect(errors.thrown).toMatchObject({ message: 'thrown', cause: { message: 'deep' } });
    expect((errors.thrown as Error).cause).toBeInstanceOf(RangeError);
    expect((errors.thrown as Error).stack).toContain('executor.fixture');
    expect(errors.rejected).toBeInstanceOf(SyntaxError);
    expect(errors.late).toBeInstanceOf(URIError);
    expect(errors.detailed).toMatchObject({ message: 'detailed', code: 'E_DETAILED', row: 17 });
    expect(errors.text).toBe('just text');
    expect(errors.nothing).toBeUndefined();
    expect(errors.plain).toEqual({ why: 'plain' });
  });

  test('a thrown thing without a prototype and a result with throwing getters fail their items alone', async () => {
    const outcomes = await runAll('fail', ['a', 'bareObject', 'brokenThen', 'brokenNext', 'b']);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['value', 'failed', 'failed', 'failed', 'value']);
    expect(errorOf(outcomes[2]!)).toMatchObject({ name: 'EvalError', message: 'no then' });
    expect(errorOf(outcomes[3]!)).toMatchObject({ name: 'EvalError', message: 'no next' });
  });

  test.each(['generator', 'asyncGenerator', 'observable'])(
    'an expansion that breaks off keeps what it gave and fails once: %s',
    async (name) => {
      const counts = [2, 3000, 1, 0];
      const outcomes = await runAll(
        'breakOff',
        counts.map((count) => [name, count]),
      );
      for (const [i, outcome] of outcomes.entries()) {
        // Who knows that nothing came before may say at once that the item has failed.
        if (outcome.kind === 'failed') expect(counts[i]).toBe(0);
        else expect(outputsOf(outcome)).toEqual(Array.from({ length: counts[i]! }, (_, n) => n));
        expect(errorOf(outcome)).toBeInstanceOf(RangeError);
        expect(errorOf(outcome)).toMatchObject({ message: 'broke off' });
      }
    },
  );

  test('what is admitted again runs as the next attempt, and its task is told which', async () => {
    const ways = ['thrown', 'rejected', 'generator', 'asyncGenerator'] as const;
    const items = ways.flatMap((way) => [1, 2, 3, 4].map((good): Stubborn => ({ way, good })));
    const outcomes = await runAll('stubborn', items, { attempts: 3 });
    expect(outcomes.map((outcome, i) => (items[i]!.good > 3 ? errorOf(outcome) : outputsOf(outcome)))).toEqual(
      items.map(({ good }) => (good > 3 ? expect.objectContaining({ message: 'not yet' }) : [good])),
    );
  });

  test('an attempt that has given an output is not repeated', async () => {
    const [outcome] = await runAll('stubborn', [{ way: 'afterOutput', good: 2 } satisfies Stubborn], { attempts: 2 });
    expect([outputsOf(outcome!), errorOf(outcome!)]).toEqual([[0], expect.objectContaining({ message: 'not yet' })]);
  });

  if (timesOut) {
    test('an attempt that takes too long fails, its place is free for the others, and what comes of it later is not told', async () => {
      const items = ['a', 'promise', 'heeding', 'b', 'asyncGenerator', 'promise', 'c', 'promise', 'promise', 'd'];
      const outcomes = await runAll('hang', items, { timeoutMs: 100 });
      expect(items.filter((_, i) => outcomes[i]!.kind === 'value')).toEqual(['a', 'b', 'c', 'd']);
      expect(outputsOf(outcomes[4]!)).toEqual([1]);
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.kind !== 'value') expect([items[i], errorOf(outcome)]).toEqual([items[i], expect.any(TimeoutError)]);
      }
    });

    test('tasks that end in time are not touched by the limit', async () => {
      const items = Array.from({ length: 500 }, (_, i) => i);
      const outcomes = await runAll('promised', items, { timeoutMs: 5_000, attempts: 2 });
      expect(outcomes).toEqual(items.map((output) => ({ kind: 'value', output })));
    });
  }

  if (sharesMemory) {
    test('no more tasks run at once than it says, and as many as that do', async () => {
      const gauge = new Int32Array(new SharedArrayBuffer(8));
      const item: Counted = { gauge, wanted: concurrency };
      const outcomes = await runAll(
        'counted',
        Array.from({ length: 40 }, () => item),
      );
      expect(outcomes.every(({ kind }) => kind === 'value')).toBe(true);
      expect(gauge[0]).toBe(0);
      expect(gauge[1]).toBe(concurrency);
    });
  }

  test.each(['same', 'promised', 'breakOff'] as const)('tells what items took, however they ended: %s', async (task) => {
    const items = task === 'breakOff' ? [['generator', 0]] : Array.from({ length: 40 }, (_, i) => i);
    const executor = make(task, new ScriptedWork(items));
    expect(executor.figures.run).toBeUndefined();
    executor.stop(undefined);
    const work = new ScriptedWork(items);
    const running = make(task, work);
    await work.run(running);
    running.stop(undefined);
    const { run, batches } = running.figures;
    // A task that gives several outputs runs on when they find room; on the main thread nobody measures it.
    if (task !== 'breakOff') expect(run!.count).toBeGreaterThan(0);
    expect(run?.count ?? 0).toBeLessThanOrEqual(items.length);
    expect(batches === undefined ? items.length : batches.mean * batches.count).toBe(items.length);
  });

  test('it admits no more than the window lets in', async () => {
    const work = new ScriptedWork(
      Array.from({ length: 40 }, (_, i) => i),
      3,
    );
    const executor = make('promised', work);
    await work.run(executor);
    executor.stop(undefined);
    expect(work.peak).toBeLessThanOrEqual(3);
  });

  test('after a stop nothing is admitted and no outcome is told; a second stop is ignored', async () => {
    const gauge = new Int32Array(new SharedArrayBuffer(8));
    const work = new ScriptedWork(Array.from({ length: 200 }, (): Counted => ({ gauge, wanted: 0 })));
    const executor = make('counted', work);
    const running = work.run(executor);
    while (work.outcomes.flat().length < 2) await elapse(1);
    executor.stop(new Error('enough'));
    const { admitted } = work;
    const settled = work.outcomes.flat().length;
    executor.stop(new Error('again'));
    executor.advance();
    await elapse(20);
    expect(work.admitted).toBe(admitted);
    expect(work.outcomes.flat()).toHaveLength(settled);
    expect(work.brokenBy).toBeUndefined();
    expect(settled).toBeLessThan(200);
    void running;
  });

  if (copies) {
    test('outputs are copies', async () => {
      const item = { nested: { n: 1 } };
      const [outcome] = await runAll('same', [item]);
      expect(outcome).toEqual({ kind: 'value', output: item });
      expect((outcome as { output: typeof item }).output.nested).not.toBe(item.nested);
    });

    test('an item that cannot be copied fails alone, and the error leads to the member', async () => {
      const bad = { customer: { onChange: () => undefined } };
      const outcomes = await runAll('same', ['a', bad, 'b', Symbol('x'), () => undefined, 'c']);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['value', 'failed', 'value', 'failed', 'failed', 'value']);
      expect(errorOf(outcomes[1]!)).toBeInstanceOf(CloneError);
      expect(errorOf(outcomes[1]!)).toMatchObject({ code: 'ERR_CLONE', path: 'item.customer.onChange' });
      expect(errorOf(outcomes[3]!)).toMatchObject({ path: 'item' });
    });

    test.each(['value', 'promise'])('an output that cannot be copied fails its item alone: %s', async (name) => {
      const outcomes = await runAll('unclone', ['a', name, 'b']);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['value', 'failed', 'value']);
      expect(errorOf(outcomes[1]!)).toMatchObject({ code: 'ERR_CLONE', path: expect.stringContaining('customer.onChange') });
    });

    test('an output in the midst of many that cannot be copied fails its item alone', async () => {
      const outcomes = await runAll('unclone', ['a', 'emission', 'b']);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['value', 'many', 'value']);
      expect(outputsOf(outcomes[1]!)).toEqual([1]);
      expect(errorOf(outcomes[1]!)).toMatchObject({ code: 'ERR_CLONE', path: expect.stringContaining('customer.onChange') });
    });
  } else {
    test('outputs are the very values, symbols and functions too', async () => {
      const items = [{}, () => undefined, Symbol('millrace.END'), Symbol.for('millrace.NONE')];
      const outcomes = await runAll('same', items);
      for (const [i, item] of items.entries()) expect((outcomes[i] as { output: unknown }).output).toBe(item);
    });
  }

  if (survivesExit) {
    describe('a task that ends its thread', () => {
      test('fails its item alone; all others get their outcome', async () => {
        const items = Array.from({ length: 40 }, (_, i) => (i === 11 ? 'exit' : i));
        const outcomes = await runAll('exit', items);
        expect(outcomes.flatMap(({ kind }, i) => (kind === 'value' ? [] : [i]))).toEqual([11]);
        expect(errorOf(outcomes[11]!)).toBeInstanceOf(WorkerDeathError);
        expect(errorOf(outcomes[11]!)).toMatchObject({ exitCode: 7 });
      });

      test('is charged with an attempt; its neighbours are not', async () => {
        const items = Array.from({ length: 40 }, (_, i): Stubborn => ({ way: 'exit', good: i === 11 ? 3 : 1 }));
        const outcomes = await runAll('stubborn', items, { attempts: 3 });
        expect(outcomes).toEqual(items.map(({ good }) => ({ kind: 'value', output: good })));
      });

      test('in the midst of its outputs fails after those that came; none comes twice', async () => {
        const outcomes = await runAll('exit', [1, [3000], 2]);
        expect([outcomes[0], outcomes[2]]).toEqual([1, 2].map((output) => ({ kind: 'value', output })));
        const outputs = outputsOf(outcomes[1]!);
        expect(outputs).toEqual(Array.from({ length: outputs.length }, (_, i) => i));
        expect(errorOf(outcomes[1]!)).toBeInstanceOf(WorkerDeathError);
      });
    });
  }
}

function outputsOf(outcome: Outcome): unknown[] {
  if (outcome.kind === 'many') return outcome.outputs;
  // An executor may know that there is one output, or none.
  if (outcome.kind === 'value') return [outcome.output];
  return outcome.kind === 'none' ? [] : ['failed', outcome.error];
}

function errorOf(outcome: Outcome): unknown {
  if (outcome.kind === 'failed') return outcome.error;
  return outcome.kind === 'many' ? outcome.broken?.error : undefined;
}

function printed(value: unknown): string {
  const parts =
    typeof value === 'object' && value !== null && Symbol.iterator in value ? [...(value as Iterable<unknown>)] : value;
  return `${Object.prototype.toString.call(value)} ${JSON.stringify(parts)}`;
}

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
