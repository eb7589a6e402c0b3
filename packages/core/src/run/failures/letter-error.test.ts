import { describe, expect, test } from '@jest/globals';
import { errorRecord } from './letter-error.js';

const json = (thrown: unknown): unknown => JSON.parse(JSON.stringify(errorRecord(thrown)));

class Broken extends Error {
  override readonly name = 'Broken';
  readonly where = { row: 7 };
  readonly seen = new Map([[1, 2]]);
  get code(): string {
    return 'E_BROKEN';
  }
}

describe('the error of a dead letter', () => {
  test('F16 tells name, message, code, stack, cause and own fields', () => {
    const error = new Broken('no', { cause: Object.assign(new TypeError('why'), { code: 7 }) });
    expect(json(error)).toEqual({
      name: 'Broken',
      message: 'no',
      code: 'E_BROKEN',
      stack: expect.stringContaining('no'),
      where: { row: 7 },
      seen: 'Map(1) { 1 => 2 }',
      cause: { name: 'TypeError', message: 'why', code: 7, stack: expect.any(String) },
    });
  });

  test('F16 leaves out own fields that have no value, and no others', () => {
    const error = Object.assign(new Error('no'), { hint: undefined, detail: null, index: 0, text: '' });
    expect(json(error)).toEqual({ name: 'Error', message: 'no', stack: expect.any(String), detail: null, index: 0, text: '' });
  });

  test.each([
    ['text', "'text'"],
    [undefined, 'undefined'],
    [{ a: 1 }, '{ a: 1 }'],
    [7n, '7n'],
  ])('F16 tells a thrown value that is no error: %p', (thrown, message) => {
    expect(json(thrown)).toEqual({ name: 'NonError', message });
  });

  test('F16 tells the members of an AggregateError', () => {
    expect(json(new AggregateError([new Error('a'), 'b'], 'both'))).toMatchObject({
      name: 'AggregateError',
      errors: [
        { name: 'Error', message: 'a' },
        { name: 'NonError', message: "'b'" },
      ],
    });
  });

  test('F16 ends when errors refer to each other, however many they are', () => {
    const one = new AggregateError([], 'one');
    const many = Array.from({ length: 100 }, (_, i) => new AggregateError([one, one], `n${i}`));
    one.errors.push(...many);
    one.cause = one;
    expect(json(one)).toMatchObject({ cause: { message: 'one' }, errors: { length: 100 } });
  });

  test('F16 survives getters that throw and members that are not what they should be', () => {
    const error = new Error('x');
    Object.defineProperty(error, 'stack', { get: () => fail('stack') });
    Object.defineProperty(error, 'own', { get: () => fail('own'), enumerable: true });
    Object.defineProperty(error, 'message', { value: { odd: 1 } });
    expect(json(error)).toMatchObject({ name: 'Error', message: '{ odd: 1 }', own: expect.stringContaining('getter threw') });
  });
});

function fail(what: string): never {
  throw new RangeError(what);
}
