import { expect, test } from '@jest/globals';
import { loopPool, type MapOptions, type PoolOptions, type Task, task, threadPool } from '@millrace/workers';

const same = task(import.meta, 'same', (item: number) => item);
/** From JavaScript anything may come. */
const wrong = <T>(value: unknown): T => value as T;

test.each([
  [{ workers: 0 }, RangeError, 'threadPool: option "workers" must be an integer ≥ 1, got 0'],
  [{ workers: 'all' }, TypeError, 'threadPool: option "workers" must be an integer ≥ 1, got "all"'],
  [{ graceMs: 2 ** 31 }, RangeError, 'option "graceMs" must be an integer from 0 to 2147483647 (ms), got 2147483648'],
  [{ worker: 2 }, TypeError, 'unknown option "worker"; did you mean "workers"? Allowed here: workers, minWorkers'],
  [
    { setup: () => 1 },
    TypeError,
    'option "setup" must be a task: task(import.meta, name, fn) or task(url, name), got the function setup',
  ],
  [{ errors: [1] }, TypeError, 'option "errors" must be an array of classes of errors, got an array'],
  [
    { resourceLimits: { maxOldGenerationSize: 64 } },
    TypeError,
    'threadPool: option "resourceLimits": unknown option "maxOldGenerationSize"; did you mean "maxOldGenerationSizeMb"?',
  ],
  [
    { resourceLimits: { stackSizeMb: -1 } },
    RangeError,
    'threadPool: option "resourceLimits": option "stackSizeMb" must be a number above 0 (MB), got -1',
  ],
  [{ resourceLimits: [] }, TypeError, 'threadPool: option "resourceLimits": options must be an object, got an array'],
  [{ teardown: same }, TypeError, 'option "teardown" takes back what "setup" gave, and there is no "setup"'],
  [null, TypeError, 'threadPool: options must be an object, got null'],
])('a pool with options %j is refused', (options, kind, message) => {
  const make = (): unknown => threadPool(wrong<PoolOptions>(options));
  expect(make).toThrow(kind);
  expect(make).toThrow(message);
});

test('undefined counts as absent', async () => {
  await loopPool({ workers: undefined, errors: undefined, setup: undefined }).use(async (pool) => {
    expect(await pool.submit(same, 1, { signal: undefined, timeoutMs: undefined })).toBe(1);
  });
});

test('a wrong call rejects, a wrong map throws', async () => {
  const pool = loopPool();
  const call = pool.submit(
    wrong<Task<number, number>>((item: number) => item),
    1,
  );
  await expect(call).rejects.toThrow('submit: the first argument must be a task');
  await expect(pool.submit(same, 1, { timeoutMs: -1 })).rejects.toThrow(RangeError);
  expect(() => pool.map(same, wrong<number[]>(5))).toThrow(
    'map: the second argument must be an iterable or an async iterable, got 5',
  );
  expect(() => pool.asCompleted(same, [1], wrong<MapOptions>({ bufferSise: 1 }))).toThrow('did you mean "bufferSize"?');
  await pool.drain();
});

test('a task is declared once, with a name and a function', () => {
  expect(() => task(import.meta, 'same', () => 1)).toThrow(/task "same" is declared twice in file:/);
  expect(() => task(import.meta, '', () => 1)).toThrow('a task needs a name');
  for (const module of ['file:///tasks.js', undefined, null]) {
    expect(() => task(module as unknown as URL, 'score')).toThrow(
      'task "score" is declared by task(import.meta, "score", fn), or named by task(new URL("./file.js", import.meta.url), "score")',
    );
  }
  expect(() => task(import.meta, 'text', wrong<() => unknown>('text'))).toThrow('task "text" needs a function');
  expect(() => task(wrong<URL>(import.meta), 'alone')).toThrow('is declared by task(import.meta, "alone", fn)');
});

test('types flow from the task to the results', async () => {
  const parse = task(import.meta, 'parse', async (text: string) => ({ length: text.length }));
  await loopPool().use(async (pool) => {
    const { length }: { readonly length: number } = await pool.submit(parse, 'four');
    expect(length).toBe(4);
    for await (const result of pool.map(parse, ['a'])) expect(result.length satisfies number).toBe(1);
    for await (const settled of pool.asCompleted(parse, ['a'])) {
      if (settled.status === 'fulfilled') expect(settled.value.length satisfies number).toBe(1);
    }
    // @ts-expect-error a number is no text
    await expect(pool.submit(parse, 5)).resolves.toEqual({ length: undefined });
  });
});
