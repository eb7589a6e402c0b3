import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { NEVER } from 'rxjs';
import { CancelledError, PlanError, StageError } from '../errors.js';
import type { RunReport } from './report/report.js';
import type { RunSnapshot } from './report/run-events.js';
import type { Run } from './run.js';
import { runMain } from './run-main.js';

const report = { pipeline: 'p', outcome: 'completed' } as RunReport;

/** An error with a member whose getter throws. */
function unreadable(member: 'stack' | 'message' | 'report'): Error {
  return Object.defineProperty(new Error('broken'), member, {
    get: () => {
      throw new Error('a getter');
    },
  });
}

/** A run that ends when the test says so, and notes what it is asked. */
class PuppetRun implements Run {
  readonly asked: string[] = [];
  readonly events = NEVER;
  readonly finished: Promise<RunReport>;
  resolve!: (report: RunReport) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.finished = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  readonly snapshot = (): RunSnapshot => {
    throw new Error('nobody asks');
  };
  readonly drain = (): Promise<RunReport> => {
    this.asked.push('drain');
    return this.finished;
  };
  readonly cancel = (reason?: unknown): void => {
    this.asked.push(`cancel: ${String(reason)}`);
  };
  readonly [Symbol.asyncDispose] = async (): Promise<void> => undefined;
}

describe('runMain', () => {
  let exitCodeBefore: typeof process.exitCode;
  let listenersBefore: number[];
  const listeners = (): number[] => (['SIGINT', 'SIGTERM'] as const).map((signal) => process.listenerCount(signal));

  beforeEach(() => {
    exitCodeBefore = process.exitCode;
    listenersBefore = listeners();
  });
  afterEach(() => {
    expect(listeners()).toEqual(listenersBefore);
    process.exitCode = exitCodeBefore;
  });

  function begin() {
    const run = new PuppetRun();
    const lines: string[] = [];
    return { run, lines, result: runMain(run, { print: (line) => lines.push(line) }) };
  }

  test.each([undefined, 1])('E9 a run that ends well: its report, the exit code stays %p, nothing printed', async (before) => {
    process.exitCode = before;
    const { run, lines, result } = begin();
    run.resolve(report);
    expect(await result).toBe(report);
    expect([process.exitCode, lines]).toEqual([before, []]);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('the first %s drains, and the exit code is %i', async (signal, code) => {
    const { run, lines, result } = begin();
    process.emit(signal, signal);
    expect(run.asked).toEqual(['drain']);
    run.resolve(report);
    expect(await result).toBe(report);
    expect(process.exitCode).toBe(code);
    expect(lines).toEqual([`${signal}: finishing what was read; once more to stop at once`]);
  });

  test('E9 the second signal cancels, whichever it is; the first gives the exit code', async () => {
    const { run, result } = begin();
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGTERM', 'SIGTERM');
    expect(run.asked).toEqual(['drain', 'cancel: second SIGTERM']);
    run.reject(Object.assign(new CancelledError('the run was cancelled'), { report }));
    expect(await result).toBe(report);
    expect(process.exitCode).toBe(130);
  });

  test('E9 the same signal heard again before the loop has turned is no second one', async () => {
    const { run, result } = begin();
    process.emit('SIGTERM', 'SIGTERM');
    await Promise.resolve();
    process.emit('SIGTERM', 'SIGTERM');
    expect(run.asked).toEqual(['drain']);
    await new Promise((resolve) => setImmediate(resolve));
    process.emit('SIGTERM', 'SIGTERM');
    expect(run.asked).toEqual(['drain', 'cancel: second SIGTERM']);
    run.reject(new CancelledError('the run was cancelled'));
    await result;
  });

  test("a user's own error is told with its stack, and the exit code is 1", async () => {
    const { run, lines, result } = begin();
    const cause = new RangeError('row 7 is too long');
    const failure = { stage: 'parse', position: 7, origin: undefined, attempt: 1 };
    run.reject(Object.assign(new StageError(failure, cause), { report }));
    expect(await result).toBe(report);
    expect(process.exitCode).toBe(1);
    expect(lines[0]).toContain(
      'stage "parse" failed at item 7: RangeError: row 7 is too long\nRangeError: row 7 is too long\n    at ',
    );
  });

  test("Millrace's own error is told in a line; without a report there is none", async () => {
    const { run, lines, result } = begin();
    run.reject(new PlanError('unknown option'));
    expect(await result).toBeUndefined();
    expect([process.exitCode, lines]).toEqual([1, ['unknown option']]);
  });

  test.each<[string, unknown, RunReport | undefined, string]>([
    [
      'a cause whose stack cannot be read',
      Object.assign(new StageError({ stage: 'parse', position: 7, origin: undefined, attempt: 1 }, unreadable('stack')), {
        report,
      }),
      report,
      'stage "parse" failed at item 7: Error: broken\n[its stack cannot be read]',
    ],
    [
      'an error whose message cannot be read',
      unreadable('message'),
      undefined,
      'the run failed with an error that cannot be read',
    ],
    ['a value without a text', Object.create(null), undefined, 'the run failed with an error that cannot be read'],
    ['a report that cannot be read', unreadable('report'), undefined, 'broken'],
  ])('E9 never rejects: %s', async (_, error, told, line) => {
    const { run, lines, result } = begin();
    run.reject(error);
    expect(await result).toBe(told);
    expect([process.exitCode, lines]).toEqual([1, [line]]);
  });

  test.each<[string, () => void]>([
    [
      'throws',
      () => {
        throw new Error('closed');
      },
    ],
    ['is an async function that rejects', () => Promise.reject(new Error('closed'))],
  ])('E9 never rejects, and goes on, when its print %s: what it was to tell goes to stderr', async (_, print) => {
    const told: unknown[] = [];
    const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(text) > 0);
    const run = new PuppetRun();
    const result = runMain(run, { print });
    process.emit('SIGINT', 'SIGINT');
    expect(run.asked).toEqual(['drain']);
    run.reject(new PlanError('unknown option'));
    expect(await result).toBeUndefined();
    write.mockRestore();
    expect(process.exitCode).toBe(130);
    expect(told).toEqual(['SIGINT: finishing what was read; once more to stop at once\n', 'unknown option\n']);
  });

  test('a rejection of drain beside that of the run is silent', async () => {
    const { run, result } = begin();
    process.emit('SIGINT', 'SIGINT');
    run.reject(new CancelledError('the run was cancelled'));
    expect(await result).toBeUndefined();
    expect(process.exitCode).toBe(130);
  });
});
