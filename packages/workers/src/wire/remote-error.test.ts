import { statSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { CloneError } from '@millrace/workers';
import { type ErrorClass, encodeThrown, ThrownDecoder } from './remote-error.js';

/** As it arrives on the other side of a port. */
function across(thrown: unknown, classes: readonly ErrorClass[] = []): unknown {
  return new ThrownDecoder(classes).decode(structuredClone(encodeThrown(thrown)));
}

function caught(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    return error;
  }
}

class Broken extends RangeError {
  override name = 'Broken';
  readonly row: number;

  constructor(settings: { readonly row: number }) {
    super(`row ${settings.row}`);
    this.row = settings.row;
  }
}

describe('a thrown value', () => {
  test('keeps message, stack, cause and own fields', () => {
    const error = Object.assign(new Error('outer', { cause: new TypeError('inner') }), { code: 'E_X', detail: { a: [1] } });
    const arrived = across(error) as typeof error;
    expect(arrived).toMatchObject({ name: 'Error', message: 'outer', code: 'E_X', detail: { a: [1] }, stack: error.stack });
    expect(arrived.cause).toBeInstanceOf(TypeError);
    expect(Object.keys(arrived)).toEqual(['code', 'detail']);
  });

  test.each([TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError])('keeps the class %p', (Class) => {
    expect(across(new Class('x'))).toBeInstanceOf(Class);
  });

  test('keeps a class that is known by name, without a call of its constructor', () => {
    const arrived = across(new Broken({ row: 7 }), [Broken]);
    expect(arrived).toBeInstanceOf(Broken);
    expect(arrived).toMatchObject({ name: 'Broken', message: 'row 7', row: 7 });
  });

  test('of an unknown class gets the nearest known one and keeps its name', () => {
    const arrived = across(new Broken({ row: 7 }));
    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived).not.toBeInstanceOf(Broken);
    expect(arrived).toMatchObject({ name: 'Broken', row: 7 });
  });

  test('keeps the members of an AggregateError and errors in its fields', () => {
    const arrived = across(
      Object.assign(new AggregateError([new TypeError('a'), 'b', 3], 'all'), { first: new Broken({ row: 1 }) }),
      [Broken],
    );
    expect(arrived).toBeInstanceOf(AggregateError);
    expect((arrived as AggregateError).errors).toEqual([expect.any(TypeError), 'b', 3]);
    expect((arrived as { first?: unknown }).first).toBeInstanceOf(Broken);
  });

  const { SuppressedError: Suppressed } = globalThis as {
    readonly SuppressedError?: new (error: unknown, suppressed: unknown, message: string) => Error;
  };
  // Node.js has it from 24 on.
  (Suppressed === undefined ? test.skip : test)('keeps both errors of a SuppressedError', () => {
    const arrived = across(new Suppressed!(new TypeError('later'), new RangeError('first'), 'both'));
    expect(arrived).toBeInstanceOf(Suppressed);
    expect(arrived).toMatchObject({ message: 'both', error: { message: 'later' }, suppressed: { message: 'first' } });
    expect((arrived as { suppressed?: unknown }).suppressed).toBeInstanceOf(RangeError);
    expect(Object.keys(arrived as object)).toEqual([]);
  });

  test('keeps what the platform throws', () => {
    const missing = across(caught(() => statSync('/no/such/file')));
    expect(missing).toMatchObject({ code: 'ENOENT', errno: -2, syscall: 'stat', path: '/no/such/file' });
    const exception = across(new DOMException('too late', 'TimeoutError'));
    expect(exception).toBeInstanceOf(DOMException);
    expect(exception).toMatchObject({ name: 'TimeoutError', message: 'too late', code: 23 });
    expect(across(new CloneError('x', 'item.a'))).toMatchObject({ name: 'CloneError', code: 'ERR_CLONE', path: 'item.a' });
    expect(across(new CloneError('x', 'item.a'))).toBeInstanceOf(CloneError);
  });

  test('may be its own cause', () => {
    const error = new Error('a');
    error.cause = new Error('b', { cause: error });
    const arrived = across(error) as Error;
    expect(((arrived.cause as Error).cause as Error) === arrived).toBe(true);
  });

  test('tells in words of fields that cannot be cloned, or read', () => {
    const error = Object.assign(new Error('x'), { callback: () => {}, promise: Promise.resolve(), good: 1 });
    Object.defineProperty(error, 'bad', { enumerable: true, get: () => caught(() => JSON.parse('{')) && JSON.parse('{') });
    expect(across(error)).toMatchObject({ callback: '[function, not cloneable]', promise: '[Promise, not cloneable]', good: 1 });
    expect(across(error)).toMatchObject({ bad: expect.stringContaining('the getter threw SyntaxError') });
  });

  test('is told as far as it can be read', () => {
    const failing = (): never => {
      throw Object.create(null);
    };
    const blank = Object.create(null);
    const odd = Object.assign(new Error('odd'), { name: blank, code: 'E_ODD' });
    Object.defineProperty(odd, 'bad', { enumerable: true, get: failing });
    expect(across(odd)).toMatchObject({ message: 'odd', name: '[Object]', code: 'E_ODD', bad: '[the getter threw [Object]]' });
    expect(across(Object.assign(new Error(''), { message: blank }))).toMatchObject({ message: '[Object]' });
    const guarded = new Proxy(new TypeError('guarded'), {
      ownKeys: failing,
      getPrototypeOf: failing,
      getOwnPropertyDescriptor: failing,
    });
    expect(across(new Error('outer', { cause: guarded }))).toMatchObject({ cause: '[Object, not cloneable]' });
    const { proxy, revoke } = Proxy.revocable(new Error('revoked'), {});
    revoke();
    expect(across(proxy)).toBe('[Object, not cloneable]');
    const Classless = class extends Error {};
    Object.defineProperty(Classless.prototype, 'constructor', { get: failing });
    expect(across(new Classless('x'))).toMatchObject({ message: 'x' });
  });

  test('of another realm keeps class, code and own fields', () => {
    const error = runInNewContext("Object.assign(new TypeError('vm', { cause: 'why' }), { code: 'E_VM', line: 3 })");
    expect(across(error)).toBeInstanceOf(TypeError);
    expect(across(error)).toMatchObject({ message: 'vm', cause: 'why', code: 'E_VM', line: 3 });
  });

  test.each([['x'], [null], [undefined], [0], [Number.NaN], [{ a: 1 }], [[1]]])(
    'that is no error arrives as it is: %p',
    (value) => {
      expect(across(value)).toEqual(value);
    },
  );
});
