import { describe, expect, test } from '@jest/globals';
import { type LaneEvent, lanePool } from '@millrace/workers';
import { live, until, withLives } from './life.fixture.js';

describe('a pool with a minSize below its size', () => {
  test('starts so many workers, and others only for work that finds no room', async () => {
    const ready: number[] = [];
    const onLane = (event: LaneEvent): void => void (event.kind === 'ready' && ready.push(event.worker));
    await withLives({ size: 4, minSize: 1, onLane }, async (pool, counts) => {
      await live(pool, counts, { task: 'same' }, [1]).done;
      expect(ready).toEqual([0]);
      await live(pool, counts, { task: 'compute' }, new Array(24).fill(40), { maxBatch: 1 }).done;
      await until(() => ready.length === 4);
      expect(ready.sort()).toEqual([0, 1, 2, 3]);
    });
  });

  test('starts none beyond what its jobs may use', async () => {
    const ready: number[] = [];
    const onLane = (event: LaneEvent): void => void (event.kind === 'ready' && ready.push(event.worker));
    await withLives({ size: 4, minSize: 0, onLane }, async (pool, counts) => {
      await live(pool, counts, { task: 'compute' }, new Array(10).fill(20), { maxBatch: 1, maxLanes: 2 }).done;
      expect(ready.sort()).toEqual([0, 1]);
    });
  });

  test('ends the workers that have nothing to do, and starts others when there is work again', async () => {
    const events: string[] = [];
    const onLane = ({ kind, worker }: LaneEvent): void => void events.push(`${kind} ${worker}`);
    await withLives({ size: 3, minSize: 1, idleMs: 40, maxRestarts: 0, onLane }, async (pool, counts) => {
      const work = (): Promise<unknown> =>
        live(pool, counts, { task: 'compute', close: 'well' }, new Array(12).fill(40), { maxBatch: 1 }).done;
      await work();
      await until(() => events.filter((event) => event.startsWith('released')).length === 2);
      expect(new Set(events.filter((event) => event.startsWith('released'))).size).toBe(2);
      expect(counts.of('closed')).toBe(2);
      await work();
      expect(events.filter((event) => event.startsWith('ready')).length).toBeGreaterThan(3);
      expect(pool.lanes.map(({ restarts, abandoned }) => restarts + abandoned)).toEqual([0, 0, 0]);
    });
  });

  test('keeps those that hold a stream', () =>
    withLives({ size: 2, minSize: 0, idleMs: 20 }, async (pool, counts) => {
      const calls = { values: () => {}, consumed: () => {}, completed: () => {}, failed: () => {} };
      const stream = pool.addStream({ spec: { task: 'same', folder: counts.folder, stream: true }, ...calls });
      await live(pool, counts, { task: 'same' }, [1]).done;
      await new Promise((resolve) => setTimeout(resolve, 100));
      const next = live(pool, counts, { task: 'same' }, [1]);
      await next.done;
      expect(next.replies[0]!.lane).toBe(stream.lane);
      expect(counts.of('loaded')).toBe(3);
    }));

  test('refuses one that is no number of its lanes', () => {
    const resolver = { module: '', export: '' };
    expect(() => lanePool({ size: 2, minSize: 3, resolver })).toThrow(RangeError);
    expect(() => lanePool({ size: 2, minSize: -1, resolver })).toThrow(RangeError);
  });
});
