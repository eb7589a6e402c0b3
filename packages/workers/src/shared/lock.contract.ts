import { describe, expect, test } from '@jest/globals';
import { BlockedMainError, type Held, Lock, NotHeldError, RLock, SharedArray, TimeoutError } from '@millrace/workers';
import type { Actors } from './primitives.fixture.js';

export function describeLock({ name, actors: [a, b], puppets, isMain }: Actors): void {
  describe(`Lock, ${name}`, () => {
    test('is free at first, and locked from acquire to release', async () => {
      const lock = new Lock();
      expect(lock.locked).toBe(false);
      expect(await a.act(lock, 'acquire')).toBe(true);
      expect(lock.locked).toBe(true);
      await a.act(lock, 'release');
      expect(lock.locked).toBe(false);
      expect(await a.act(lock, 'acquire')).toBe(true);
    });

    test('is had by one: another one that does not wait gets false', async () => {
      const lock = new Lock();
      await a.act(lock, 'acquire');
      expect(await b.act(lock, 'acquire', { timeoutMs: 0 })).toBe(false);
      expect(await a.act(lock, 'acquire', { timeoutMs: 0 })).toBe(false);
      await a.act(lock, 'release');
      expect(await b.act(lock, 'acquire', { timeoutMs: 0 })).toBe(true);
    });

    test('gives false when the time is over, and is then no less free for others', async () => {
      const lock = new Lock();
      await a.act(lock, 'acquire');
      expect(await b.act(lock, 'acquire', { timeoutMs: 30 })).toBe(false);
      await a.act(lock, 'release');
      expect(lock.locked).toBe(false);
      expect(await a.act(lock, 'acquire', { timeoutMs: 30_000 })).toBe(true);
    });

    test.each([-1, Number.NaN, '5', null])('refuses %p as a time', async (timeoutMs) => {
      const lock = new Lock();
      for (const locked of [false, true]) {
        if (locked) await lock.acquire();
        await expect(a.act(lock, 'acquire', { timeoutMs })).rejects.toThrow('timeoutMs must be a number of ms, 0 or more, got');
        expect(lock.locked).toBe(locked);
      }
    });

    test.each([
      [100, 'the limits of a wait are an object, as { timeoutMs: 100 }, got 100'],
      [{ timeout: 5 }, 'a wait has no limit "timeout"; it takes timeoutMs'],
      [{ signal: 5 }, /signal must be an AbortSignal, got 5|a wait that blocks its thread hears no signal/],
    ])('refuses %j as limits, instead of waiting for ever', async (limits, message) => {
      const lock = new Lock();
      for (const locked of [false, true]) {
        if (locked) await lock.acquire();
        await expect(a.act(lock, 'acquire', limits)).rejects.toThrow(message);
        expect(lock.locked).toBe(locked);
      }
    });

    test('goes to one that waits when it is released', async () => {
      const lock = new Lock();
      await a.act(lock, 'acquire');
      const waits = b.act(lock, 'acquire');
      await a.act(lock, 'release');
      expect(await waits).toBe(true);
      expect(lock.locked).toBe(true);
    });

    test('may be released by another thread than the one that acquired it', async () => {
      const lock = new Lock();
      await a.act(lock, 'acquire');
      await b.act(lock, 'release');
      expect(lock.locked).toBe(false);
    });

    test('cannot be released when nobody holds it', async () => {
      const lock = new Lock();
      await expect(a.act(lock, 'release')).rejects.toMatchObject({ name: 'NotHeldError', code: 'ERR_NOT_HELD' });
      await a.act(lock, 'acquire');
      await a.act(lock, 'release');
      await expect(b.act(lock, 'release')).rejects.toThrow(NotHeldError);
      // It is as usable as before.
      expect(await b.act(lock, 'acquire')).toBe(true);
    });

    test('goes to each of many that wait, once', async () => {
      const lock = new Lock();
      await lock.acquire();
      const waits = [...puppets, ...puppets].map(async (puppet) => {
        expect(await puppet.act(lock, 'acquire')).toBe(true);
        lock.release();
      });
      lock.release();
      await Promise.all(waits);
      expect(lock.locked).toBe(false);
    });
  });

  if (isMain) describeScopes(new Lock());
  if (isMain) describeExclusion(puppets);
}

export function describeRLock({ name, actors: [a], puppets: [b, c] }: Actors): void {
  describe(`RLock, ${name}`, () => {
    test('may be acquired again by its thread, and is free after as many releases', async () => {
      const lock = new RLock();
      for (let i = 0; i < 3; i++) expect(await a.act(lock, 'acquire', { timeoutMs: 0 })).toBe(true);
      for (let i = 0; i < 3; i++) {
        expect(lock.locked).toBe(true);
        await a.act(lock, 'release');
      }
      expect(lock.locked).toBe(false);
      await expect(a.act(lock, 'release')).rejects.toThrow('nobody holds it');
    });

    test('is not had by another thread meanwhile, and is released by its own alone', async () => {
      const lock = new RLock();
      await a.act(lock, 'acquire');
      await a.act(lock, 'acquire');
      const other = a === b ? c : b;
      expect(await other.act(lock, 'acquire', { timeoutMs: 0 })).toBe(false);
      await expect(other.act(lock, 'release')).rejects.toThrow('released by a thread that does not hold it');
      await a.act(lock, 'release');
      expect(await other.act(lock, 'acquire', { timeoutMs: 10 })).toBe(false);
      await a.act(lock, 'release');
      expect(await other.act(lock, 'acquire')).toBe(true);
      await other.act(lock, 'release');
    });
  });
}

function describeScopes(lock: Lock): void {
  describe('the scope of a lock', () => {
    test('holds it while the body runs, gives what that returns, and gives it back when it throws', async () => {
      const locked = await lock.run(async () => {
        await undefined;
        return lock.locked;
      });
      expect(locked).toBe(true);
      const fault = new RangeError('out');
      await expect(lock.run(() => Promise.reject(fault))).rejects.toBe(fault);
      expect(lock.locked).toBe(false);
    });

    test('that could not be had in time is a TimeoutError, and its body does not run', async () => {
      await lock.run(async () => {
        await expect(lock.run(() => expect(true).toBe(false), { timeoutMs: 5 })).rejects.toThrow(TimeoutError);
        await expect(lock.hold({ timeoutMs: 0 })).rejects.toThrow('the Lock could not be had within 0 ms');
      });
      expect(lock.locked).toBe(false);
    });

    test('gives it back at its end, once', async () => {
      const held: Held = await lock.hold();
      expect(lock.locked).toBe(true);
      held[Symbol.dispose]();
      expect(lock.locked).toBe(false);
      await lock.acquire();
      held.release();
      await held[Symbol.asyncDispose]();
      expect(lock.locked).toBe(true);
      lock.release();
    });

    test('that released it itself does not give back what another function of its thread has meanwhile', async () => {
      await lock.run(async () => {
        lock.release();
        await lock.acquire();
        lock.release();
        await lock.acquire();
      });
      expect(lock.locked).toBe(true);
      lock.release();
    });
  });

  describe('on the main thread', () => {
    test('what blocks is refused, and names the form that is awaited', () => {
      expect(() => lock.acquireSync()).toThrow('Lock.acquireSync blocks, and the main thread must not');
      expect(() => lock.runSync(() => 1)).toThrow(BlockedMainError);
      expect(lock.locked).toBe(false);
    });

    test('an abort ends a wait with its reason, and the lock goes to another one that waits', async () => {
      await lock.acquire();
      const aborter = new AbortController();
      const given = lock.acquire({ signal: aborter.signal });
      const other = lock.acquire();
      const reason = new Error('enough');
      aborter.abort(reason);
      await expect(given).rejects.toBe(reason);
      lock.release();
      expect(await other).toBe(true);
      lock.release();
      await expect(lock.acquire({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(lock.locked).toBe(false);
    });
  });
}

function describeExclusion(puppets: Actors['puppets']): void {
  describe('mutual exclusion', () => {
    test.each([new Lock(), new RLock()])('of %s holds between threads that block', async (lock) => {
      const sum = new SharedArray('int32', 1);
      await Promise.all(puppets.map((puppet) => puppet.perform('addOnes', lock, sum, 500)));
      expect(sum.get(0)).toBe(500 * puppets.length);
      expect(lock.locked).toBe(false);
    });

    test('holds between threads that block, threads that await, and the main thread, which is not starved', async () => {
      const lock = new Lock();
      const sum = new SharedArray('int32', 1);
      const [first, ...others] = puppets;
      const theirs = [
        first.perform('addOnesAwaiting', lock, sum, 200),
        ...others.map((puppet) => puppet.perform('addOnes', lock, sum, 2000)),
      ];
      for (let i = 0; i < 20; i++) await lock.run(() => sum.set(0, sum.get(0) + 1));
      await Promise.all(theirs);
      expect(sum.get(0)).toBe(20 + 200 + 2000 * others.length);
    });
  });
}
