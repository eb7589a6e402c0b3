import { describe, expect, test } from '@jest/globals';
import { oddValues, records, refused, values, valuesToSink, type Way, ways, written } from './values.fixture.js';

function expected(way: Way, given: readonly unknown[]): unknown[] {
  return given.flatMap((value) => (way === 'generator' ? [value, value] : [value]));
}

// Items that crossed a thread belong to the outer realm, for which `toStrictEqual` sees other classes; -0 and members that are
// undefined are told apart by their own text.
function exact(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  if (Object.prototype.toString.call(value) === '[object Error]') return `error ${(value as Error).message}`;
  if (Array.isArray(value)) return `[${value.map(exact).join()}]`;
  return `{${Object.entries(value).map(([key, member]) => `${key}:${exact(member)}`)}}`;
}

describe.each(ways)('by %s', (way) => {
  test('W9 odd values and look-alikes arrive unchanged, on threads', async () => {
    const items: unknown[] = [];
    for await (const item of values.iterate({ way, which: 'odd' }, { workers: 1 })) items.push(item);
    expect(items.map(exact)).toEqual(expected(way, oddValues).map(exact));
  });

  test('and on the main thread, by isolation as well as by workers', async () => {
    for (const options of [{ workers: 0 }, { isolation: 'inline' as const }]) {
      const items: unknown[] = [];
      for await (const item of values.iterate({ way, which: 'odd' }, options)) items.push(item);
      expect(items.map(exact)).toEqual(expected(way, oddValues).map(exact));
    }
  });

  test('and in a sink', async () => {
    written.length = 0;
    await valuesToSink.run({ way, which: 'odd' }, { workers: 0 });
    expect(written.map(exact)).toEqual(expected(way, oddValues).map(exact));
  });
});

test('a thenable that rejects fails its item with what it rejects with, in lanes as on the main thread', async () => {
  for (const options of [{ workers: 1 }, { workers: 1, isolation: 'process' as const }, { workers: 0 }]) {
    await expect(refused.run(undefined, options)).rejects.toThrow('stage "ask" failed at item 0: RangeError: no such table');
  }
});

test('W9 records of one shape arrive unchanged from threads', async () => {
  for (const way of ['cpu task', 'cpu operators'] as const) {
    const items: unknown[] = [];
    for await (const item of values.iterate({ way, which: 'records' }, { workers: 2 })) items.push(item);
    expect(items.map(exact)).toEqual(records.map(exact));
  }
});

test('an item that goes through an inline cpu stage is a copy, as it is on a thread', async () => {
  const items: unknown[] = [];
  for await (const item of values.iterate({ way: 'cpu task', which: 'odd' }, { workers: 0 })) items.push(item);
  oddValues.forEach((value, i) => {
    if (typeof value === 'object' && value !== null) expect(items[i]).not.toBe(value);
  });
});
