import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { Lock, receive, SharedValue, share } from '@millrace/workers';
import fc from 'fast-check';
import { pack } from '../codec/codec.js';
import { anything, describeValue } from '../codec/values.fixture.js';

const across = <T>(value: T): T => receive<T>(structuredClone(share(value)));

describe('a message with primitives', () => {
  test('keeps everything else as a structured clone does, for any value', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const lock = new Lock();
        const sent = { before: lock, value, list: [value, lock] };
        const got = across(sent);
        expect(got.before).toBeInstanceOf(Lock);
        expect(got.list[1]).toBe(got.before);
        expect(got.list[0]).toBe(typeof value === 'object' && value !== null ? got.value : got.list[0]);
        expect(describeValue(got.value)).toBe(describeValue(structuredClone(value)));
      }),
    );
  });

  test('finds them in objects, arrays, maps, sets and objects of a class, and keeps the order of their members', () => {
    class Account {
      readonly lock = new Lock();
      readonly name = 'a';
    }
    const [a, b] = [new Lock(), new SharedValue('int32', 7)];
    const map = new Map<unknown, unknown>([
      ['first', 1],
      [a, b],
      ['last', { a }],
    ]);
    const set = new Set<unknown>([0, a, 1]);
    const got = across({ map, set, account: new Account(), __proto__: null, holes: Object.assign(new Array(3), { 1: b }) });
    const [key, member] = [...got.map][1]!;
    expect([...got.map.keys()].map(String)).toEqual(['first', '[object Lock]', 'last']);
    expect((member as SharedValue).value).toBe(7);
    expect((got.map.get('last') as { a: unknown }).a).toBe(key);
    expect([...got.set]).toEqual([0, key, 1]);
    expect(got.account.lock).toBeInstanceOf(Lock);
    expect(got.account.name).toBe('a');
    expect([got.holes.length, Object.keys(got.holes), got.holes[1]]).toEqual([3, ['1'], member]);
  });

  test('leaves what only the platform can clone as it is', () => {
    const { port1, port2 } = new MessageChannel();
    const bytes = new Uint8Array([1, 2]);
    const shared = share([new Lock(), port1, bytes, bytes.buffer]);
    const got = receive<unknown[]>(structuredClone(shared, { transfer: [port1] as never }));
    expect(typeof (got[1] as MessagePort).postMessage).toBe('function');
    expect((got[2] as Uint8Array).buffer).toBe(got[3]);
    port2.close();
    (got[1] as MessagePort).close();
  });

  test('costs a message without any nothing, and no way of packing hides one from the port', () => {
    const items = Array.from({ length: 64 }, (_, id) => ({ id, lock: undefined as unknown }));
    expect(pack(items).kind).toBe('records');
    items[40]!.lock = new Lock();
    expect(() => structuredClone(pack(items))).toThrow('could not be cloned');
    expect(() => structuredClone(pack([items[40]]))).toThrow('could not be cloned');
  });

  test('that comes from another version is said to', () => {
    const shared = share(new Lock());
    const unknown = { ...shared, parts: shared.parts.map((part) => ({ ...part, kind: 'Latch' })) };
    expect(() => receive(unknown)).toThrow('a Latch has come from another thread');
  });

  test.each([undefined, null, 5, {}, { kind: 'shared' }])('that was not shared is refused: %p', (message) => {
    expect(() => receive(message)).toThrow('receive(message) takes what share(value) has made');
  });
});
