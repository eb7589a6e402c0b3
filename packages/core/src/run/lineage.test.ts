import { describe, expect, test } from '@jest/globals';
import { PlanError, StageError } from '../errors.js';
import { failureOf } from './failure.js';
import { Lineage } from './lineage.js';

describe('Lineage', () => {
  test('leads from a position to the place in its pull', () => {
    const lineage = new Lineage();
    lineage.record(
      0,
      3,
      (index) => `a:${index}`,
      () => 0,
    );
    lineage.record(
      3,
      0,
      () => 'never',
      () => 0,
    );
    lineage.record(
      3,
      2,
      (index) => `b:${index}`,
      () => 0,
    );
    expect([0, 2, 3, 4].map((position) => lineage.origin(position))).toEqual(['a:0', 'a:2', 'b:0', 'b:1']);
    expect(lineage.origin(5)).toBeUndefined();
    expect(lineage.origin(-1)).toBeUndefined();
  });

  test('positions of pulls without an origin have none', () => {
    const lineage = new Lineage();
    lineage.record(
      10,
      1,
      () => 'known',
      () => 10,
    );
    expect(lineage.origin(9)).toBeUndefined();
  });

  test('what is on its way keeps its origin, however long; what is settled is dropped, and looked for seldom', () => {
    const lineage = new Lineage();
    let walks = 0;
    const oldest = 5;
    for (let at = 0; at < 10_000; at += 1) {
      lineage.record(
        at,
        1,
        () => `row ${at}`,
        () => {
          walks += 1;
          return at < 100 ? oldest : at;
        },
      );
    }
    expect(lineage.origin(9_999)).toBe('row 9999');
    expect(lineage.origin(5)).toBeUndefined();
    expect(walks).toBeLessThanOrEqual(10_000 / 32);

    const stuck = new Lineage();
    for (let at = 0; at < 1000; at += 1)
      stuck.record(
        at,
        1,
        () => `row ${at}`,
        () => oldest,
      );
    expect(stuck.origin(4)).toBeUndefined();
    for (const at of [5, 6, 500, 999]) expect(stuck.origin(at)).toBe(`row ${at}`);
  });
});

describe('failureOf', () => {
  const lineage = new Lineage();
  lineage.record(
    0,
    2,
    (index) => `in.csv:${index + 1}`,
    () => 0,
  );

  test('names the stage, the item and where it comes from; the cause is what was thrown', () => {
    const cause = new RangeError('too big');
    const error = failureOf('parse', 1, cause, lineage) as StageError;
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'parse', position: 1, origin: 'in.csv:2', attempt: 1 });
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('stage "parse" failed at in.csv:2: RangeError: too big');
  });

  test('without a known item it says so', () => {
    const error = failureOf('sort', -1, new Error('x'), lineage);
    expect(error).toMatchObject({ position: undefined, origin: undefined, message: 'stage "sort" failed: Error: x' });
  });

  test('without a known origin the item is named by its position', () => {
    expect(failureOf('parse', 7, new Error('x'), lineage).message).toBe('stage "parse" failed at item 7: Error: x');
  });

  test('an error that tells its place is believed where the item is not known', () => {
    const cause = Object.assign(new Error('bad quote'), { origin: 'in.csv:9:3' });
    expect(failureOf('in.csv', -1, cause, lineage)).toMatchObject({ origin: 'in.csv:9:3' });
    expect(failureOf('in.csv', -1, Object.assign(new Error(), { origin: 9 }), lineage)).toMatchObject({ origin: undefined });
  });

  test('a PlanError that a task throws is the cause, as any other error', () => {
    const cause = new PlanError('declared wrongly');
    expect(failureOf('parse', 1, cause, lineage)).toMatchObject({ code: 'ERR_STAGE', stage: 'parse', cause });
  });

  test.each([
    ['text', 'thrown value text'],
    [undefined, 'thrown value undefined'],
    [null, 'thrown value null'],
    [Symbol('s'), 'thrown value Symbol(s)'],
    [Object.create(null), 'thrown value [Object: null prototype] {}'],
    [{ toString: null }, 'thrown value { toString: null }'],
  ])('whatever is thrown can be told: %#', (cause: unknown, text) => {
    const error = failureOf('parse', -1, cause, lineage);
    expect(error.cause).toBe(cause);
    expect(error.message).toContain(text);
  });
});
