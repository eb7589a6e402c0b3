import { describe, expect, test } from '@jest/globals';
import { upTo } from './kit.fixture.js';
import { moving, replaced } from './lane-options.fixture.js';

describe('transfer', () => {
  test.each([
    [true, 0],
    [false, 1000],
  ])('%s: the task has %i elements of the output before, and what arrives is whole', async (transfer, before) => {
    const seen: (number | undefined)[] = [];
    let n = 0;
    for await (const output of moving.iterate({ transfer, items: 20 }, { workers: 1 })) {
      expect([output.n, output.data.length, output.data[999]]).toEqual([n, 1000, n]);
      seen.push(output.before);
      n += 1;
    }
    expect(seen).toEqual([undefined, ...upTo(19).map(() => before)]);
  });

  test('means nothing on the main thread', async () => {
    const lengths: number[] = [];
    for await (const { data } of moving.iterate({ transfer: true, items: 3 }, { workers: 0 })) lengths.push(data.length);
    expect(lengths).toEqual([1000, 1000, 1000]);
  });
});

describe('maxTasksPerWorker', () => {
  test('replaces workers without losing an item, the order, or a teardown', async () => {
    const outputs: { n: number; threadId: number }[] = [];
    for await (const output of replaced.iterate({ items: 100, maxTasksPerWorker: 20 }, { workers: 2 })) outputs.push(output);
    expect(outputs.map(({ n }) => n)).toEqual(upTo(100));
    const tasks = new Map<number, number>();
    for (const { threadId } of outputs) tasks.set(threadId, (tasks.get(threadId) ?? 0) + 1);
    expect(tasks.size).toBeGreaterThanOrEqual(5);
    expect(Math.max(...tasks.values())).toBeLessThanOrEqual(20);
    const report = await replaced.run({ items: 100, maxTasksPerWorker: 20 }, { workers: 2 });
    const { resources } = report.stages[1]!;
    expect(resources).toEqual({ opened: resources!.opened, closed: resources!.opened, abandoned: 0 });
    expect(resources!.opened).toBeGreaterThanOrEqual(5);
  });
});
