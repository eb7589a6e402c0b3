import { describe, expect, test } from '@jest/globals';
import { CloneError } from '@millrace/workers';
import { cloneFault } from './clone-fault.js';

const cyclic: Record<string, unknown> = { deep: { call: () => {} } };
cyclic.self = cyclic;

function refuse(): never {
  throw new RangeError('refused');
}

describe('the fault of a value', () => {
  test.each<[string, unknown]>([
    ['item', () => {}],
    ['item.customer.onChange', { id: 1, customer: { name: 'x', onChange: () => {} } }],
    ['item.list[2].tag', { list: [1, 2, { tag: Symbol('x') }] }],
    ['item["a-b"]', { 'a-b': Promise.resolve() }],
    ['item.get("k").f', new Map([['k', { f: () => {} }]])],
    ['item.values()', new Set([1, () => {}])],
    ['item.cause', new Error('x', { cause: () => {} })],
    ['item.deep.call', cyclic],
    ['item.weak', { weak: new WeakMap() }],
  ])('is found at %s', (path, value) => {
    const fault = cloneFault(value);
    expect(fault).toBeInstanceOf(CloneError);
    expect(fault).toMatchObject({ path, message: expect.stringContaining(`${path} is a`) });
  });

  test('is its object when a getter throws, and says which, with the error as cause', () => {
    const cause = new RangeError('no');
    const value = {
      inner: {
        get bad(): number {
          throw cause;
        },
      },
    };
    const message = expect.stringContaining('its "bad" throws when it is read');
    expect(cloneFault(value)).toMatchObject({ path: 'item.inner', message, cause });
  });

  test.each<[string, unknown]>([
    ['item', new Proxy({}, { ownKeys: refuse })],
    ['item', new Proxy({}, { getPrototypeOf: refuse })],
    ['item.get(…).f', new Map([[Object.create(null), { f: () => {} }]])],
  ])('is found at %s though it defies every look', (path, value) => {
    expect(cloneFault(value)).toMatchObject({ path });
  });

  test('of memory that has moved elsewhere says so', () => {
    const kept = new Uint8Array(8);
    structuredClone(kept, { transfer: [kept.buffer] });
    const moved = expect.stringContaining('its memory has moved elsewhere');
    expect(cloneFault({ kept })).toMatchObject({ path: 'item.kept', message: moved });
    expect(cloneFault({ buffer: kept.buffer })).toMatchObject({ path: 'item.buffer', message: moved });
  });

  test('of too deep a value is found by one look', () => {
    let value: unknown = [];
    for (let i = 0; i < 20_000; i += 1) value = [value];
    let looks = 0;
    const clone = (member: unknown): unknown => {
      looks += 1;
      return structuredClone(member);
    };
    const message = 'item is nested too deeply to be copied to or from a worker; send its parts as a list, or as a text';
    expect(cloneFault(value, 'item', clone)).toMatchObject({ path: 'item', message });
    expect(looks).toBe(1);
  });

  test('is none when it can be cloned', () => {
    expect(cloneFault({ a: [new Date(), new Map(), /x/] })).toBeUndefined();
  });
});
