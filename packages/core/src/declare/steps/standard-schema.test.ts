import { describe, expect, test } from '@jest/globals';
import { SchemaError } from '../../errors.js';
import { isStandardSchema, type StandardSchema, taskOf } from './standard-schema.js';

type Result = Awaited<ReturnType<StandardSchema['~standard']['validate']>>;
const schemaOf = (validate: (value: unknown) => Result | Promise<Result>): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate },
});
const context = { signal: new AbortController().signal, stage: 's', worker: 0, attempt: 1, resource: undefined };
const run = (schema: StandardSchema, item: unknown): unknown => taskOf(schema)(item, context);

describe('a schema as a task', () => {
  test('F28 gives the parsed value, at once or by a promise', async () => {
    expect(
      run(
        schemaOf((value) => ({ value: Number(value) })),
        '7',
      ),
    ).toBe(7);
    expect(
      await run(
        schemaOf(async (value) => ({ value: Number(value) })),
        '7',
      ),
    ).toBe(7);
    expect(
      run(
        schemaOf((value) => ({ value, issues: undefined })),
        null,
      ),
    ).toBeNull();
  });

  test('F28 waits for a thenable, too, whose then gives no promise', async () => {
    const promise = Promise.resolve({ value: 7 });
    // biome-ignore lint/suspicious/noThenProperty: a thenable that is no promise.
    const thenable = { then: (resolve: (result: Result) => void) => void promise.then(resolve) };
    expect(
      await run(
        schemaOf(() => thenable as unknown as Promise<Result>),
        '7',
      ),
    ).toBe(7);
  });

  test.each([undefined, null, 7, 'yes', {}, []])('F28 that gives neither a value nor issues (%p) is told so', async (given) => {
    const schema = (result: unknown): StandardSchema => schemaOf(() => result as Result);
    expect(() => run(schema(given), 1)).toThrow(/^validate\(\) of the schema must give { value } or { issues }, got /);
    await expect(run(schema(Promise.resolve(given)), 1)).rejects.toThrow('must give { value } or { issues }');
  });

  test('F29 throws its issues, at once or by a promise', async () => {
    const issues = [{ message: 'expected a number', path: ['lines', 2, { key: 'price' }] }, { message: 'too new' }];
    const expected = {
      name: 'SchemaError',
      code: 'ERR_SCHEMA',
      message: 'lines[2].price: expected a number; too new',
      issues: [
        { message: 'expected a number', path: ['lines', 2, 'price'] },
        { message: 'too new', path: [] },
      ],
    };
    expect(() =>
      run(
        schemaOf(() => ({ issues })),
        {},
      ),
    ).toThrow(expect.objectContaining(expected));
    await expect(
      run(
        schemaOf(async () => ({ issues })),
        {},
      ),
    ).rejects.toMatchObject(expected);
  });

  test('F29 names the first three issues and counts the rest', () => {
    const error = new SchemaError(['a', 'b', 'c', 'd', 'e'].map((key) => ({ message: 'missing', path: [key] })));
    expect(error.message).toBe('a: missing; b: missing; c: missing; and 2 more');
    expect(error.issues).toHaveLength(5);
  });

  test('a symbol in a path is told by its name, so that issues are plain', () => {
    const schema = schemaOf(() => ({ issues: [{ message: 'bad', path: [Symbol('tag')] }] }));
    expect(() => run(schema, 1)).toThrow('Symbol(tag): bad');
  });
});

test('what counts as a schema: an object or a function with ~standard', () => {
  const schema = schemaOf((value) => ({ value }));
  expect(isStandardSchema(schema)).toBe(true);
  expect(isStandardSchema(Object.assign((value: unknown) => value, schema))).toBe(true);
  for (const other of [undefined, null, 1, '~standard', {}, { '~standard': null }, { '~standard': {} }, () => 1]) {
    expect(isStandardSchema(other)).toBe(false);
  }
});
