import { describe, expect, test } from '@jest/globals';
import type { WorkerLine } from '@millrace/workers';
import { live, withLives } from './life.fixture.js';
import { range } from './outcomes.fixture.js';

describe('what workers print', () => {
  test('is heard line by line, in order, complete when the pool has closed', async () => {
    const lines: WorkerLine[] = [];
    await withLives(
      { onOutput: (line) => lines.push(line) },
      // One by one: a batch whose time is over gives items back, which run after those of the next batch.
      (pool, counts) => live(pool, counts, { task: 'print' }, range(50), { maxBatch: 1 }).done,
    );
    const text = (stream: string): string[] => lines.filter((line) => line.stream === stream).map((line) => line.text);
    expect(text('stdout')).toEqual([...range(50).map((i) => (i === 0 ? 'out 0' : `and out ${i}`)), 'and ']);
    expect(text('stderr')).toEqual(range(50).map((i) => `err ${i}`));
    expect(new Set(lines.map(({ worker }) => worker))).toEqual(new Set([0]));
  });

  test('is heard of a worker that died, too', async () => {
    const lines: string[] = [];
    await withLives({ onOutput: ({ text }) => lines.push(text) }, async (pool, counts) => {
      const outcomes = await live(pool, counts, { task: 'printAndExit7' }, range(20), { maxBatch: 1 }).done;
      expect(outcomes[7]!.death).toMatchObject({ exitCode: 3 });
    });
    expect(lines).toEqual(expect.arrayContaining(range(20).map((i) => `ran ${i}`)));
  });

  test('is heard to the last line, however much it was, of a worker that exits after it', async () => {
    const lines: string[] = [];
    await withLives(
      { onOutput: ({ text }) => lines.push(text) },
      (pool, counts) => live(pool, counts, { task: 'printMuchAndExit' }, [20_000]).done,
    );
    expect(lines).toHaveLength(20_000);
    expect(lines.at(-1)).toBe('line 19999');
  });
});
