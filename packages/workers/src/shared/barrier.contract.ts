import { describe, expect, test } from '@jest/globals';
import { Barrier, BrokenBarrierError, SharedArray } from '@millrace/workers';
import type { Actors } from './primitives.fixture.js';
import { until } from './puppets.fixture.js';

export function describeBarrier({ name, actors, puppets, isMain }: Actors): void {
  const [a, b, c] = actors;
  const broken = { name: 'BrokenBarrierError', code: 'ERR_BROKEN_BARRIER' };

  describe(`Barrier, ${name}`, () => {
    test('lets all go when the last has come, each with an index of its own, round after round', async () => {
      const barrier = new Barrier(3);
      for (let round = 0; round < 3; round++) {
        const indexes = await Promise.all(actors.map((actor) => actor.act<number>(barrier, 'wait')));
        expect(indexes.sort()).toEqual([0, 1, 2]);
        expect(barrier.waiting).toBe(0);
      }
    });

    test('of one lets each go at once', async () => {
      const barrier = new Barrier(1);
      expect(await a.act(barrier, 'wait')).toBe(0);
      expect(await a.act(barrier, 'wait', { timeoutMs: 0 })).toBe(0);
    });

    test('counts those that wait, and numbers them in the order they came', async () => {
      const barrier = new Barrier(3);
      const waits: Promise<number>[] = [];
      for (const [i, actor] of [a, b].entries()) {
        waits.push(actor.act<number>(barrier, 'wait'));
        await until(() => barrier.waiting === i + 1);
      }
      expect(await c.act(barrier, 'wait')).toBe(2);
      expect(await Promise.all(waits)).toEqual([0, 1]);
    });

    test('is broken for all by an abort, until it is reset', async () => {
      const barrier = new Barrier(3);
      const waits = [a, b].map((actor) => expect(actor.act(barrier, 'wait')).rejects.toMatchObject(broken));
      await until(() => barrier.waiting === 2);
      await c.act(barrier, 'abort');
      await Promise.all(waits);
      expect(barrier.broken).toBe(true);
      expect(barrier.waiting).toBe(0);
      await expect(c.act(barrier, 'wait')).rejects.toThrow('reset() begins anew');
      await c.act(barrier, 'reset');
      expect(barrier.broken).toBe(false);
      await Promise.all(actors.map((actor) => actor.act(barrier, 'wait')));
    });

    test('reset lets those that wait go with an error, and is whole for those that come', async () => {
      const barrier = new Barrier(3);
      const waits = [a, b].map((actor) => expect(actor.act(barrier, 'wait')).rejects.toMatchObject(broken));
      await until(() => barrier.waiting === 2);
      barrier.reset();
      await Promise.all(waits);
      expect(barrier.broken).toBe(false);
      expect((await Promise.all(actors.map((actor) => actor.act<number>(barrier, 'wait')))).sort()).toEqual([0, 1, 2]);
    });

    test('is broken for all when one does not wait any longer', async () => {
      const barrier = new Barrier(3);
      const waits = expect(a.act(barrier, 'wait')).rejects.toMatchObject(broken);
      await until(() => barrier.waiting === 1);
      await expect(b.act(barrier, 'wait', { timeoutMs: 15 })).rejects.toThrow(BrokenBarrierError);
      await waits;
      expect(barrier.broken).toBe(true);
    });
  });

  if (!isMain) return;
  describe('Barrier', () => {
    test('an abort of a wait has its reason, and breaks it for the others', async () => {
      const barrier = new Barrier(3);
      const aborter = new AbortController();
      const other = expect(barrier.wait()).rejects.toMatchObject(broken);
      const aborted = barrier.wait({ signal: aborter.signal });
      aborter.abort(new Error('enough'));
      await expect(aborted).rejects.toThrow('enough');
      await other;
    });

    test('an abort whose reason is another broken barrier breaks it for the others as any', async () => {
      const barrier = new Barrier(3);
      const aborter = new AbortController();
      const other = expect(barrier.wait()).rejects.toMatchObject(broken);
      const reason = new BrokenBarrierError('another one');
      const aborted = barrier.wait({ signal: aborter.signal });
      aborter.abort(reason);
      await expect(aborted).rejects.toBe(reason);
      expect(barrier.broken).toBe(true);
      await other;
    });

    test('tells a slow waiter what became of its own round', async () => {
      const barrier = new Barrier(2);
      const slow = barrier.wait();
      // All before the event loop turns: the round passes, and the next one is reset, and the one after that passes.
      const second = barrier.wait();
      const reset = barrier.wait();
      barrier.reset();
      const third = [barrier.wait(), barrier.wait()];
      expect([await slow, await second]).toEqual([0, 1]);
      await expect(reset).rejects.toThrow('was reset while it was waited for');
      expect(await Promise.all(third)).toEqual([0, 1]);
    });

    test('tells a waiter that was slower than ten rounds that it may have been one of those', async () => {
      const barrier = new Barrier(2);
      const slow = barrier.wait();
      // All before the event loop turns.
      const others = Array.from({ length: 1 + 2 * 10 }, () => barrier.wait());
      await expect(slow).rejects.toThrow('or more than 10 rounds have passed');
      await Promise.allSettled(others);
    });

    test.each([0, -1, 1.5, 4096])('refuses %p parties', (parties) => {
      expect(() => new Barrier(parties)).toThrow('parties must be an integer from 1 to 4095');
    });

    test('loses no round in 1,000, and gives each index once in each', async () => {
      const barrier = new Barrier(puppets.length);
      const sums = new SharedArray('int32', 1000, { lock: false });
      await Promise.all(puppets.map((puppet) => puppet.perform('rounds', barrier, sums, 1000)));
      expect([...new Set(sums.array)]).toEqual([1 + 2 + 3]);
    });
  });
}
