import { expect, test } from '@jest/globals';
import { flow, pipeline } from '@millrace/core';
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
