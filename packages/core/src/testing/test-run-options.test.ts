import { describe, expect, test } from '@jest/globals';
import { flow, pipeline, type Run } from '@millrace/core';
import { testRun, VirtualClock } from '@millrace/core/testing';

const meta = { url: import.meta.url };
const numbers = pipeline(meta, 'numbers', (_: undefined) => flow([1]));
const untyped = (options: object) => Reflect.apply(testRun, undefined, [numbers, options]);

test('an option of a test run that is misspelt is refused: it would read the real source', async () => {
  await expect(untyped({ item: [2] })).rejects.toMatchObject({
    code: 'ERR_PLAN',
    message: 'testRun: unknown option "item"; did you mean "items"?',
  });
  await expect(untyped({ xyz: 1 })).rejects.toThrow('allowed here: params, items, mocks, clock, run, started');
});

test('the clock of a test run is a virtual one, or that of the system', async () => {
  await expect(untyped({ clock: 5 })).rejects.toThrow('testRun: option "clock" must be a VirtualClock or "system", got 5');
  for (const clock of [new VirtualClock(), 'system', undefined]) expect((await untyped({ clock })).delivered).toEqual([1]);
});

describe('a `started` that throws', () => {
  const endless = pipeline(meta, 'endless', (_: undefined) =>
    flow(async function* () {
      try {
        for (let n = 0; ; n += 1) yield await Promise.resolve(n);
      } finally {
        returned += 1;
      }
    }),
  );
  let returned = 0;

  test.each<[string, (run: Run) => void]>([
    ['at once', () => expect('draining').toBe('ended')],
    [
      'by a promise, after its run was read from',
      async (run) => {
        while (run.snapshot().read < 3) await new Promise((go) => setImmediate(go));
        expect('draining').toBe('ended');
      },
    ],
  ])('%s fails the test by its error, and the run is cancelled', async (_, started) => {
    returned = 0;
    let run: Run | undefined;
    const tested = testRun(endless, {
      started: (given) => {
        run = given;
        return started(given);
      },
    });
    await expect(tested).rejects.toThrow('ended');
    expect(run?.snapshot().state).toBe('ended');
    await expect(run?.finished).rejects.toMatchObject({
      code: 'ERR_CANCELLED',
      cause: { message: expect.stringContaining('draining') },
    });
    expect(returned).toBeLessThanOrEqual(1);
  });

  test('by the run itself is told by the result', async () => {
    const error = new Error('broken');
    const broken = pipeline(meta, 'broken', (_: undefined) => flow(() => Promise.reject(error)));
    const tested = await testRun(broken, { started: (run) => run.finished.then(() => undefined) });
    expect(tested.error).toMatchObject({ cause: error });
  });
});
