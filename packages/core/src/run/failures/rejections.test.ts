import { describe, expect, test } from '@jest/globals';
import type { TooManyErrorsError } from '../../errors.js';
import type { OnError, Plan } from '../../plan/index.js';
import { Lineage } from '../lineage.js';
import { PuppetStage, planOf } from '../stage.fixture.js';
import { Rejections } from './rejections.js';

function rejectionsOf(onError: OnError, maxErrors?: Plan['maxErrors']) {
  const stage = new PuppetStage('work');
  const failures: unknown[] = [];
  const told: unknown[] = [];
  const exceeded: TooManyErrorsError[] = [];
  const seen = { read: 0 };
  const lineage = new Lineage(() => undefined);
  lineage.record(0, 5000, (index) => `rows.csv:${index + 1}`);
  const plan: Plan = {
    ...{ pipeline: 'p', workers: 0, pools: [], bound: { items: 0, terms: [], retaining: [] }, guarantee: '' },
    stages: [planOf('work', { onError })],
    maxErrors,
  };
  const rejections = new Rejections(plan, {
    fail: (...args) => void failures.push(args.slice(1)),
    exceeded: (error) => void exceeded.push(error),
    tell: (...args) => void told.push(args),
    read: () => seen.read,
    date: () => new Date(0),
    lineage,
    letters: undefined,
  });
  const reject = (position: number, attempts = 1) =>
    rejections.reject(stage, { item: position, position, error: new RangeError(`no ${position}`), attempts });
  return { stage, rejections, reject, failures, told, exceeded, seen };
}

describe('an item that has failed for good', () => {
  test('F2 fails the run, and is counted once', () => {
    const { stage, reject, failures, told } = rejectionsOf('fail');
    expect(reject(7, 3)).toBe('failed');
    expect(failures).toEqual([[7, new RangeError('no 7'), 3]]);
    expect([stage.counts.failed, told]).toEqual([1, []]);
  });

  test('F3 F27 is skipped, counted once and told with its place', () => {
    const { stage, reject, failures, told } = rejectionsOf('skip');
    expect(reject(7, 3)).toBe('skipped');
    expect(failures).toEqual([]);
    expect(stage.counts).toMatchObject({ skipped: 1, failed: 0, deadLettered: 0 });
    expect(told).toEqual([[{ stage: 'work', position: 7, origin: 'rows.csv:8', attempt: 3 }, 'skipped', new RangeError('no 7')]]);
  });
});

describe('how much is tolerated', () => {
  test('F23 F25 a count: the next one fails the run, with the place and the error of the last', () => {
    const { reject, exceeded, seen } = rejectionsOf('skip', 2);
    seen.read = 5;
    for (const position of [1, 2]) expect(reject(position)).toBe('skipped');
    expect(exceeded).toEqual([]);
    expect(reject(4, 3)).toBe('skipped');
    expect(exceeded[0]).toMatchObject({
      ...{ name: 'TooManyErrorsError', code: 'ERR_TOO_MANY_ERRORS', errors: 3, read: 5, maxErrors: 2 },
      ...{ stage: 'work', position: 4, origin: 'rows.csv:5', attempt: 3, cause: new RangeError('no 4') },
      message: '3 of 5 items read went wrong, and maxErrors is 2; the last: stage "work" failed at rows.csv:5: RangeError: no 4',
    });
  });

  test('F24 a share: not with 999 read, but with the 1,000th, though it went well', () => {
    const { reject, rejections, exceeded, seen } = rejectionsOf('skip', '1%');
    seen.read = 999;
    for (let position = 0; position < 11; position += 1) reject(position);
    rejections.judge(false);
    expect(exceeded).toEqual([]);
    seen.read = 1000;
    rejections.judge(false);
    expect(exceeded).toHaveLength(1);
  });

  test('F24 a share: at the end of a short run, and as many as allowed are none too many', () => {
    for (const [errors, expected] of [
      [1, 0],
      [2, 1],
    ] as const) {
      const { reject, rejections, exceeded, seen } = rejectionsOf('skip', '1%');
      seen.read = 100;
      for (let position = 0; position < errors; position += 1) reject(position);
      expect(exceeded).toEqual([]);
      rejections.judge(true);
      expect(exceeded).toHaveLength(expected);
    }
  });

  test('without maxErrors any number is tolerated', () => {
    const { reject, rejections, exceeded } = rejectionsOf('skip');
    for (let position = 0; position < 100; position += 1) reject(position);
    rejections.judge(true);
    expect(exceeded).toEqual([]);
  });
});
