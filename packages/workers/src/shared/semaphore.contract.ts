import { describe, expect, test } from '@jest/globals';
import { BoundedSemaphore, Lock, NotHeldError, Semaphore, SharedArray } from '@millrace/workers';
import type { Actors } from './primitives.fixture.js';

export function describeSemaphore({ name, actors: [a, b, c], puppets, isMain }: Actors): void {
  describe.each([
    ['Semaphore', Semaphore],
    ['BoundedSemaphore', BoundedSemaphore],
  ] as const)(`%s, ${name}`, (_, Kind) => {
    test('has as many permits as it was given, 1 unless told, and one that does not wait gets false beyond', async () => {
      expect(new Kind().value).toBe(1);
      const semaphore = new Kind(2);
      expect(await a.act(semaphore, 'acquire')).toBe(true);
      expect(await b.act(semaphore, 'acquire')).toBe(true);
      expect(await c.act(semaphore, 'acquire', { timeoutMs: 0 })).toBe(false);
      expect(await c.act(semaphore, 'acquire', { timeoutMs: 10 })).toBe(false);
      expect(semaphore.value).toBe(0);
      await a.act(semaphore, 'release');
      expect(await c.act(semaphore, 'acquire', { timeoutMs: 0 })).toBe(true);
    });

    test('lets as many go as are released', async () => {
      const semaphore = new Kind(3);
      for (let i = 0; i < 3; i++) await semaphore.acquire();
      const waits = [a, b, c].map((actor) => actor.act(semaphore, 'acquire'));
      semaphore.release(2);
      await Promise.any(waits);
      semaphore.release();
      expect(await Promise.all(waits)).toEqual([true, true, true]);
      expect(semaphore.value).toBe(0);
    });

    test('that begins with none waits for a release', async () => {
      const semaphore = new Semaphore(0);
      const waits = a.act(semaphore, 'acquire');
      semaphore.release();
      expect(await waits).toBe(true);
    });

    test.each([-1, 1.5, Number.NaN, 2 ** 31])('refuses %p permits', (permits) => {
      expect(() => new Kind(permits)).toThrow('permits must be an integer from 0');
    });

    test.each([0, -1, 1.5])('refuses to release %p', (n) => {
      expect(() => new Kind().release(n)).toThrow('n must be an integer, 1 or more');
    });
  });

  if (!isMain) return;
  describe('Semaphore', () => {
    test('without a bound takes more than it was made with; a bounded one says that nobody took it', async () => {
      const semaphore = new Semaphore(1);
      semaphore.release(2);
      expect(semaphore.value).toBe(3);
      const bounded = new BoundedSemaphore(2);
      expect(() => bounded.release()).toThrow(NotHeldError);
      await bounded.acquire();
      expect(() => bounded.release(2)).toThrow('with 1 of 2 permits was given 2 back');
      bounded.release();
      expect(bounded.value).toBe(2);
    });

    test('lets no more into its scopes than it has permits', async () => {
      const semaphore = new Semaphore(2);
      const inside = new SharedArray('int32', 1);
      const most = await Promise.all(puppets.map((puppet) => puppet.perform<number>('holdPermit', semaphore, inside, 300)));
      expect(Math.max(...most)).toBeLessThanOrEqual(2);
      expect(semaphore.value).toBe(2);
      await expect(semaphore.run(() => Promise.reject(new Error('out')))).rejects.toThrow('out');
      expect(semaphore.value).toBe(2);
    });

    test('whose permit was given back within a scope says so at its end, and the scope is over', async () => {
      const semaphore = new BoundedSemaphore(1);
      const places = new Int32Array(semaphore.toPart().memory).subarray(1);
      await expect(semaphore.run(() => semaphore.release())).rejects.toThrow(NotHeldError);
      expect(new Set(places)).toEqual(new Set([0]));
      expect(await semaphore.run(() => semaphore.value)).toBe(0);
    });

    test('an abort ends a wait with its reason and takes no permit', async () => {
      const semaphore = new Semaphore(0);
      const aborter = new AbortController();
      const aborted = semaphore.acquire({ signal: aborter.signal });
      const other = semaphore.acquire();
      aborter.abort(new Error('enough'));
      await expect(aborted).rejects.toThrow('enough');
      semaphore.release();
      expect(await other).toBe(true);
      expect(semaphore.value).toBe(0);
    });

    test('is named by what it is', () => {
      expect([new Semaphore(), new BoundedSemaphore(), new Lock()].map(String)).toEqual([
        '[object Semaphore]',
        '[object BoundedSemaphore]',
        '[object Lock]',
      ]);
    });
  });
}
