import { describe, expect, test } from '@jest/globals';
import { PlanError, StageError } from '../errors.js';
import { failureOf } from './failures/failure.js';
import { Lineage } from './lineage.js';
import { firstTag } from './tag.js';

describe('Lineage', () => {
  test('L3 leads from a position to the place in its pull', () => {
    const lineage = new Lineage(() => 0);
    lineage.record(0, 3, (index) => `a:${index}`);
    lineage.record(3, 0, () => 'never');
    lineage.record(3, 2, (index) => `b:${index}`);
    expect([0, 2, 3, 4].map((position) => lineage.origin(position))).toEqual(['a:0', 'a:2', 'b:0', 'b:1']);
    expect(lineage.origin(5)).toBeUndefined();
    expect(lineage.origin(-1)).toBeUndefined();
  });

  test('positions of pulls without an origin have none', () => {
    const lineage = new Lineage(() => 10);
    lineage.record(10, 1, () => 'known');
    expect(lineage.origin(9)).toBeUndefined();
  });

  test('L3 what is on its way keeps its origin, however long; what is settled is dropped, and looked for seldom', () => {
    let walks = 0;
    let at = 0;
    const oldest = 5;
    const lineage = new Lineage(() => {
      walks += 1;
      return at < 100 ? oldest : at;
    });
    for (; at < 10_000; at += 1) {
      const row = `row ${at}`;
      lineage.record(at, 1, () => row);
    }
    expect(lineage.origin(9_999)).toBe('row 9999');
    expect(lineage.origin(5)).toBeUndefined();
    expect(walks).toBeLessThanOrEqual(10_000 / 32);

    const stuck = new Lineage(() => oldest);
    for (let row = 0; row < 1000; row += 1) stuck.record(row, 1, () => `row ${row}`);
    expect(stuck.origin(4)).toBeUndefined();
    for (const row of [5, 6, 500, 999]) expect(stuck.origin(row)).toBe(`row ${row}`);
  });

  test('L3 what is settled is dropped behind an item that is on its way for very long, too', () => {
    // Three wait for ever, and the last ten are on their way.
    const slow = [5, 700, 701];
    let at = 0;
    const lineage = new Lineage((low) => slow.find((tag) => tag >= low && tag < at) ?? Math.max(low, at - 10));
    for (; at < 10_000; at += 2) lineage.record(at, 2, (index) => `row ${index}`);
    const kept = Array.from({ length: at }, (_, tag) => tag).filter((tag) => lineage.origin(tag) !== undefined);
    expect(kept).toEqual(expect.arrayContaining([5, 700, 701, 9_998, 9_999]));
    expect(kept.length).toBeLessThan(2 * 2 * 64);
  });

  test('L3 many live items, one after the other, cost few walks over them', () => {
    let at = 0;
    let walks = 0;
    const lineage = new Lineage((low) => {
      walks += 1;
      return Math.max(low, at - 5_000);
    });
    for (; at < 40_000; at += 1) lineage.record(at, 1, (index) => `row ${index}`);
    for (const row of [35_000, 39_999]) expect(lineage.origin(row)).toBe('row 0');
    expect(lineage.origin(20_000)).toBeUndefined();
    expect(walks).toBeLessThan(200);
  });

  test('G14 each source has origins of its own, and those of one are kept however far the other is', () => {
    const [one, other] = [firstTag(0), firstTag(1)];
    /** The first item of the one source is on its way for ever, of the other nothing. */
    const lineage = new Lineage((low) => (low <= one ? one : undefined));
    for (let row = 0; row < 1000; row += 1) {
      lineage.record(one + row, 1, () => `one:${row}`);
      lineage.record(other + row, 1, () => `other:${row}`);
    }
    expect([0, 999].map((row) => lineage.origin(one + row))).toEqual(['one:0', 'one:999']);
    expect([0, 999].map((row) => lineage.origin(other + row))).toEqual([undefined, 'other:999']);
  });
});

describe('failureOf', () => {
  const lineage = new Lineage(() => 0);
  lineage.record(0, 2, (index) => `in.csv:${index + 1}`);

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
