import { describe, expect, test } from '@jest/globals';
import { CloneError, StageError } from '@millrace/core';
import { Broken, type FailingKind, failing, type Uncloneable, uncloneable } from './failures.fixture.js';
import { discrepancies, rejection } from './kit.fixture.js';

const onThreads = { workers: 1 };
const inline = { workers: 0 };

async function failureOf(kind: FailingKind, options = onThreads): Promise<StageError> {
  const error = await rejection(failing.run(kind, options));
  expect(error).toBeInstanceOf(StageError);
  return error as StageError;
}

describe('what a task throws in a worker', () => {
  test.each([onThreads, inline])('keeps a listed class, its code, fields, causes and stack: %p', async (options) => {
    const error = await failureOf('listed', options);
    expect(error).toMatchObject({ stage: 'break', position: 5, attempt: 1, origin: undefined, code: 'ERR_STAGE' });
    expect(error.message).toBe('stage "break" failed at item 5: Broken: item 5 is broken');
    const broken = error.cause as Broken;
    expect(broken).toBeInstanceOf(Broken);
    expect(broken).toMatchObject({ name: 'Broken', message: 'item 5 is broken', code: 'E_BROKEN', at: { item: 5 } });
    expect(broken.stack).toContain('breakAt');
    expect(broken.stack).toContain('failures.fixture');
    expect(broken.cause).toBeInstanceOf(RangeError);
    const root = (broken.cause as Error).cause as Error;
    expect(root).toBeInstanceOf(TypeError);
    expect(root.message).toBe('the root');
    expect(root.cause).toBe('a text');
  });

  test('of a class that is not listed is an Error that keeps its name, code and fields', async () => {
    const { cause } = await failureOf('unlisted');
    expect(cause).toBeInstanceOf(Error);
    expect(Object.getPrototypeOf(cause).constructor.name).toBe('Error');
    expect(cause).toMatchObject({ name: 'Unlisted', message: 'not listed', code: 'E_UNLISTED', hint: 'a hint' });
  });

  test('later, by its promise or from a generator, is blamed on the same item', async () => {
    for (const kind of ['promise', 'generator'] as const) {
      const error = await failureOf(kind);
      expect({ kind, position: error.position, stage: error.stage }).toEqual({ kind, position: 5, stage: 'break' });
      expect(error.cause).toBeInstanceOf(Broken);
    }
  });

  test('in its operators fails the stage, with the position of the item that was fed', async () => {
    const error = await failureOf('operators');
    expect(error).toMatchObject({ stage: 'break', position: 5 });
    expect(error.cause).toBeInstanceOf(Broken);
  });

  test('need not be an error', async () => {
    expect((await failureOf('thrown text')).cause).toBe('a text');
    expect((await failureOf('thrown undefined')).cause).toBeUndefined();
  });

  test('may hold several errors, each of its class', async () => {
    const { cause } = await failureOf('aggregate');
    expect(cause).toBeInstanceOf(AggregateError);
    const [first, second] = (cause as AggregateError).errors;
    expect(first).toBeInstanceOf(Broken);
    expect(second).toMatchObject({ name: 'Unlisted' });
  });

  test('comes with a report whose counts add up', async () => {
    const { report } = (await failureOf('listed')) as { report?: Parameters<typeof discrepancies>[0] };
    expect(report!.outcome).toBe('failed');
    expect(discrepancies(report!)).toEqual([]);
    expect(report!.stages.find(({ name }) => name === 'break')!.failed).toBe(1);
  });
});

describe('what cannot be cloned', () => {
  const cases: [Uncloneable, string, number | undefined][] = [
    ['item', 'item.nested.call', 5],
    ['output', 'output.nested.call', 5],
    ['emission', 'output.nested.call', 5],
    ['operators in', 'item.nested.call', undefined],
    ['operators out', 'output.nested.call', undefined],
  ];
  test.each(cases)('is told with its path: %s', async (where, path, position) => {
    const error = (await rejection(uncloneable.run(where, onThreads))) as StageError;
    expect(error).toMatchObject({ stage: 'take', position });
    expect(error.cause).toBeInstanceOf(CloneError);
    expect((error.cause as CloneError).path).toBe(path);
  });

  test.each(cases)('and so it is on the main thread: %s', async (where) => {
    const error = (await rejection(uncloneable.run(where, inline))) as StageError;
    expect(error.stage).toBe('take');
    expect(error.cause).toBeInstanceOf(CloneError);
  });
});
