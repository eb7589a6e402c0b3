import { describe, expect, test } from '@jest/globals';
import { rendezvous } from '../runner/rendezvous.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import { consumed } from './pipeline.js';
import { byQueue } from './queue.js';

describe('producer and consumers', () => {
  test('each item is consumed once, both consumers see the end once, and the queue keeps its bound', async () => {
    const lines: string[] = [];
    // Each consumer waits for the other: both take part.
    const peak = await byQueue({ items: 10, consumers: 2, capacity: 3, consume: rendezvous(2) }, (line) => lines.push(line));
    const items = lines.flatMap((line) => (/^consumer [12] has consumed (\d+)$/.exec(line)?.[1] ?? []) as string | []);
    expect(items.map(Number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(lines.filter((line) => line.endsWith('the end')).sort()).toEqual([
      'consumer 1 has seen the end',
      'consumer 2 has seen the end',
    ]);
    expect(peak).toBeGreaterThanOrEqual(1);
    expect(peak).toBeLessThanOrEqual(3);
  });

  test('the pipeline consumes the same items, two at a time', async () => {
    const items: number[] = [];
    for await (const item of consumed.iterate({ items: 10, consumers: 2, capacity: 3, consume: rendezvous(2) })) items.push(item);
    expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('the command tells of both', async () => {
    const lines = await shortRun('producer-consumer');
    expect(lines).toHaveLength(6 + 2 + 2);
    expect(lines.at(-2)).toMatch(/^never more than [1-3] of 3 waited$/);
    expect(lines.at(-1)).toMatch(/^as a pipeline: 6 produced, 6 consumed, never more than [1-3] waited$/);
  });
});
