import { describe, expect, test } from '@jest/globals';
import { flow, type IoTaskOptions, io, type RunReport, StageError, TimeoutError, WorkerDeathError } from '@millrace/core';
import { type Mishap, type Trial, trying } from './attempts.fixture.js';
import { discrepancies, gate, local, localTo, memorySink, never, rejection, turn, until, upTo } from './kit.fixture.js';

const soon = { delayMs: 1, jitter: false };

function tried(given: Partial<Trial>): { readonly trial: Trial; readonly runs: Int32Array } {
  const items = given.items ?? 60;
  const runs = new SharedArrayBuffer(4 * items);
  const trial: Trial = {
    items,
    each: 20,
    mishap: 'throw',
    good: 3,
    options: { retry: { attempts: 3, ...soon } },
    ...given,
    runs,
  };
  return { trial, runs: new Int32Array(runs) };
}

const reportOn = (error: unknown): RunReport => (error as { report: RunReport }).report;
const retriesIn = ({ stages }: RunReport): number[] => stages.map(({ retries }) => retries);

/** Runs a task on the event loop over some numbers. */
function looping(count: number, task: (n: number, attempt: number) => unknown, options: IoTaskOptions) {
  return local(() => flow(upTo(count)).pipe(io('try', (n, { attempt }) => task(n, attempt), options as object)));
}

describe('an item that fails', () => {
  test.each(['input', 'none'] as const)('runs again until it goes well, in its place: order %s', async (order) => {
    const seen = new Map<number, number[]>();
    const run = looping(
      40,
      async (n, attempt) => {
        seen.set(n, [...(seen.get(n) ?? []), attempt]);
        if (n % 10 === 3 && attempt < 3) throw new Error(`not yet ${n}`);
        return n;
      },
      { order, concurrency: 4, retry: { attempts: 3, ...soon } },
    );
    const outputs: unknown[] = [];
    const started = run.start();
    const report = await started.finished;
    for await (const output of run.iterate()) outputs.push(output);
    expect(order === 'input' ? outputs : outputs.sort((a, b) => Number(a) - Number(b))).toEqual(upTo(40));
    expect(seen.get(3)!.slice(0, 3)).toEqual([1, 2, 3]);
    expect(seen.get(4)!.slice(0, 1)).toEqual([1]);
    expect(retriesIn(report)).toEqual([0, 8, 0]);
    expect(discrepancies(report)).toEqual([]);
  });

  test.each(['input', 'none'] as const)('before its first output, as an expansion does, runs again: order %s', async (order) => {
    const made = looping(
      20,
      async function* (n: number, attempt: number) {
        await turn();
        if (n % 5 === 0 && attempt < 3) throw new Error('not yet');
        yield n;
        yield n;
      } as never,
      { order, concurrency: 3, retry: { attempts: 3, ...soon } },
    );
    const outputs: unknown[] = [];
    for await (const output of made.iterate()) outputs.push(output);
    expect(outputs.map(Number).sort((a, b) => a - b)).toEqual(upTo(20).flatMap((n) => [n, n]));
  });

  test('after an output is not repeated: what it gave stands, and it fails', async () => {
    let runs = 0;
    const made = looping(
      1,
      async function* () {
        runs += 1;
        yield 'given';
        throw new Error('too late');
      } as never,
      { retry: { attempts: 3, ...soon } },
    );
    const error = (await rejection(made.run())) as StageError;
    expect(error).toMatchObject({ stage: 'try', position: 0, attempt: 1, cause: { message: 'too late' } });
    expect([runs, reportOn(error).stages[1]!.out]).toEqual([1, 1]);
  });

  test('in all its attempts fails the run with the last of them', async () => {
    const made = looping(
      5,
      (n, attempt) => {
        if (n === 2) throw new Error(`attempt ${attempt}`);
        return n;
      },
      { retry: { attempts: 4, ...soon } },
    );
    const error = (await rejection(made.run())) as StageError;
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'try', position: 2, attempt: 4, cause: { message: 'attempt 4' } });
    expect(retriesIn(reportOn(error))).toEqual([0, 3, 0]);
    expect(discrepancies(reportOn(error))).toEqual([]);
  });

  test('with an error that `when` does not want fails at once', async () => {
    const made = looping(
      5,
      (n) => {
        if (n === 2) throw new TypeError('never mind');
        return n;
      },
      { retry: { attempts: 4, when: (error) => !(error instanceof TypeError) } },
    );
    expect(await rejection(made.run())).toMatchObject({ attempt: 1, cause: { message: 'never mind' } });
  });

  test('makes room for others while it waits, and keeps its place in the window', async () => {
    const started: number[] = [];
    const made = looping(
      6,
      (n, attempt) => {
        started.push(n);
        if (n === 0 && attempt === 1) throw new Error('not yet');
        return n;
      },
      { concurrency: 1, window: 4, retry: { attempts: 2, delayMs: 50, jitter: false } },
    );
    const outputs: unknown[] = [];
    for await (const output of made.iterate()) outputs.push(output);
    // The window holds four items until the first one is released.
    expect(started).toEqual([0, 1, 2, 3, 0, 4, 5]);
    expect(outputs).toEqual(upTo(6));
  });

  test('with a retryAfterMs holds the whole stage', async () => {
    const started: number[] = [];
    const made = looping(
      6,
      (n, attempt) => {
        started.push(n);
        if (n === 1 && attempt === 1) throw Object.assign(new Error('slow down'), { retryAfterMs: 50 });
        return n;
      },
      { concurrency: 1, retry: { attempts: 2, ...soon } },
    );
    await made.run();
    expect(started).toEqual([0, 1, 1, 2, 3, 4, 5]);
  });
});

describe('a run with an item that waits for its next attempt', () => {
  const longAgain = { concurrency: 4, retry: { attempts: 2, delayMs: 2 ** 31 - 1, maxDelayMs: 2 ** 31 - 1, jitter: false } };
  const failsFirst = (n: number): unknown => {
    if (n === 0) throw new Error('not yet');
    return n;
  };

  test('is cancelled at once', async () => {
    const run = looping(3, failsFirst, longAgain).start();
    await until(() => run.snapshot().stages[1]!.retries === 1);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED' });
  });

  test('fails at once when another item does', async () => {
    const run = looping(
      3,
      async (n, attempt) => {
        if (n === 1) {
          await turn();
          throw new TypeError('fatal');
        }
        return n === 0 && attempt === 1 ? Promise.reject(new Error('not yet')) : n;
      },
      { ...longAgain, retry: { ...longAgain.retry, when: (error) => !(error instanceof TypeError) } },
    );
    expect(await rejection(run.run())).toMatchObject({ position: 1, cause: { message: 'fatal' } });
  });

  test('drains when it has had that attempt', async () => {
    const source = async function* () {
      yield 0;
      await never();
    };
    const made = local(() =>
      flow(source).pipe(
        io('try', (n, { attempt }) => (attempt < 3 ? Promise.reject(new Error('not yet')) : n), {
          retry: { attempts: 3, delayMs: 20, jitter: false },
        }),
      ),
    );
    const run = made.start();
    await until(() => run.snapshot().stages[1]!.retries > 0);
    const report = await run.drain();
    expect(report).toMatchObject({ outcome: 'drained', delivered: 1 });
    expect(discrepancies(report)).toEqual([]);
  });
});

describe('an attempt with a time limit on the event loop', () => {
  test('fails with a TimeoutError when it is over; its signal has aborted and its late result is ignored', async () => {
    const late = gate();
    const reasons: unknown[] = [];
    const { sink, items } = memorySink<unknown>();
    const made = localTo(
      () =>
        flow(upTo(3)).pipe(
          io(
            'try',
            async (n, { signal, attempt }) => {
              signal.addEventListener('abort', () => reasons.push(signal.reason));
              if (n === 1 && attempt === 1) await late.passed;
              return { n, attempt };
            },
            { concurrency: 1, timeoutMs: 50, retry: { attempts: 2, ...soon } },
          ),
        ),
      sink,
    );
    const run = made.start();
    await until(() => reasons.length > 0);
    late.open();
    const report = await run.finished;
    expect(items).toEqual([
      { n: 0, attempt: 1 },
      { n: 1, attempt: 2 },
      { n: 2, attempt: 1 },
    ]);
    expect(reasons).toEqual([expect.any(TimeoutError)]);
    expect(retriesIn(report)).toEqual([0, 1, 0]);
  });

  test('frees its place also when the task ignores the signal', async () => {
    const error = (await rejection(looping(3, () => never(), { concurrency: 1, timeoutMs: 20 }).run())) as StageError;
    expect(error).toMatchObject({ stage: 'try', position: 0, attempt: 1 });
    expect(error.cause).toBeInstanceOf(TimeoutError);
  });

  test('is not charged with the time that an expansion waits for the next stage', async () => {
    const made = local(() =>
      flow([0]).pipe(
        io(
          'expand',
          async function* () {
            for (let i = 0; i < 20; i += 1) {
              await turn();
              yield i;
            }
          },
          { timeoutMs: 1500, window: 16 },
        ),
        io('slow', (n) => new Promise((resolve) => setTimeout(() => resolve(n), 120)), {
          concurrency: 1,
          window: 1,
          capacity: 1,
        }),
      ),
    );
    const outputs: unknown[] = [];
    for await (const output of made.iterate()) outputs.push(output);
    expect(outputs).toEqual(upTo(20));
  });

  test('a cancel aborts the signals of the attempts that run', async () => {
    const reasons: unknown[] = [];
    let begun = 0;
    const made = local(() =>
      flow(upTo(2)).pipe(
        io(
          'wait',
          (_, { signal }) => {
            begun += 1;
            return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(reasons.push(signal.reason))));
          },
          { timeoutMs: 60_000 },
        ),
      ),
    );
    const run = made.start();
    await until(() => begun === 2);
    run.cancel('enough');
    await rejection(run.finished);
    expect(reasons).toEqual(['enough', 'enough']);
  });
});

describe('in lanes', () => {
  const workers = { workers: 2, graceMs: 100, maxRestarts: 50 };
  const timed = { timeoutMs: 150, retry: { attempts: 3, ...soon } };
  const cases: [Mishap, Trial['options']][] = [
    ['throw', { retry: { attempts: 3, ...soon } }],
    ['reject', { retry: { attempts: 3, ...soon } }],
    ['late generator', { retry: { attempts: 3, ...soon } }],
    ['exit', { retry: { attempts: 3, ...soon } }],
    ['hang', timed],
    ['loop', timed],
  ];

  test.each(cases)(
    'W2 W4 what befalls an item at first (%s) is over with another attempt; order holds',
    async (mishap, options) => {
      const { trial, runs } = tried({ mishap, options, good: 2, items: 45 });
      const outputs: unknown[] = [];
      for await (const output of trying.iterate(trial, workers)) outputs.push(output);
      expect(outputs).toEqual(upTo(45));
      for (const n of [0, 20, 40]) expect(runs[n]).toBeGreaterThanOrEqual(2);
    },
  );

  test('the attempts of an item are counted, those of its neighbours are not', async () => {
    const { trial, runs } = tried({ mishap: 'exit', items: 41, options: { retry: { attempts: 3, ...soon } } });
    const report = await trying.run(trial, workers);
    expect(retriesIn(report)).toEqual([0, 6, 0]);
    // A reply may be lost with its lane: then what it told is run again, uncharged.
    for (const n of [0, 20, 40]) expect(runs[n]).toBeGreaterThanOrEqual(3);
    expect(discrepancies(report)).toEqual([]);
  });

  test('W1 an item that kills its lane in each attempt fails the run with the last death', async () => {
    const { trial } = tried({ mishap: 'exit', items: 10, good: 100, options: { retry: { attempts: 2, ...soon } } });
    const error = (await rejection(trying.run(trial, workers))) as StageError;
    expect(error).toMatchObject({ stage: 'try', position: 0, attempt: 2 });
    expect(error.cause).toBeInstanceOf(WorkerDeathError);
  });

  test('W1 an endless loop without another attempt fails the run with a TimeoutError', async () => {
    const { trial } = tried({ mishap: 'loop', items: 10, options: { timeoutMs: 100 } });
    const error = (await rejection(trying.run(trial, workers))) as StageError;
    expect(error).toMatchObject({ stage: 'try', position: 0, attempt: 1 });
    expect(error.cause).toBeInstanceOf(TimeoutError);
  });

  test('the same holds on the main thread for what awaits', async () => {
    const { trial } = tried({ mishap: 'hang', options: timed, good: 2, items: 45 });
    const report = await trying.run(trial, { workers: 0 });
    expect([report.delivered, retriesIn(report)]).toEqual([45, [0, 3, 0]]);
  });
});
