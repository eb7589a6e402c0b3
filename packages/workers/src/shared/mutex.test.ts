import { describe, expect, jest, test } from '@jest/globals';
import { CLAIM_SHIFT } from './claim.js';
import { life, me } from './life.js';
import { CLAIM, CONTENDED, HANDED, MUTEX_WORDS, Mutex, NAME_SHIFT } from './mutex.js';
import type { Parking, Steps } from './parking.js';

function make(reentrant = false): { readonly cells: Int32Array; readonly mutex: Mutex } {
  const cells = new Int32Array(new SharedArrayBuffer(MUTEX_WORDS * Int32Array.BYTES_PER_ELEMENT));
  return { cells, mutex: new Mutex(cells, 0, life(), { of: 'Lock', remedy: 'none', reentrant }) };
}

/** Parks it as its driver would, but for the looks between two notifications: these must suffice. */
function park(steps: Steps<boolean>): Promise<unknown> {
  const { cells, index, seen } = steps.next(false).value as Parking;
  const wait = Atomics.waitAsync(cells, index, seen);
  return wait.async ? wait.value : Promise.resolve(wait.value);
}

function takeWhileFree(steps: Steps<boolean>): void {
  expect(steps.next(false)).toEqual({ done: true, value: true });
}

// What keeps the event loop of a waiter alive is a matter of the driver.
const awake = (): NodeJS.Timeout => setInterval(() => {}, 1000);

describe('a mutex', () => {
  test('wakes one waiter by each release, and needs nobody to look in between', async () => {
    const timer = awake();
    const { mutex } = make();
    mutex.take();
    const waiters = [mutex.acquire(), mutex.acquire(), mutex.acquire()];
    const woken = waiters.map(park);
    for (const [i, waiter] of waiters.entries()) {
      mutex.release();
      expect(await woken[i]).toBe('ok');
      takeWhileFree(waiter);
    }
    mutex.release();
    expect(mutex.isHeld).toBe(false);
    clearInterval(timer);
  });

  test('that was taken before its woken waiter could is still told to the others', async () => {
    const timer = awake();
    const { mutex } = make();
    mutex.take();
    const [first, second] = [mutex.acquire(), mutex.acquire()];
    const [firstWoken, secondWoken] = [park(first), park(second)];
    mutex.release();
    mutex.take();
    await firstWoken;
    const again = park(first);
    mutex.release();
    expect(await Promise.race([again, secondWoken])).toBe('ok');
    clearInterval(timer);
  });

  test('is handed over to one that has waited for long, whoever asks in between', async () => {
    const { mutex } = make();
    mutex.take();
    const waiter = mutex.acquire();
    waiter.next(false);
    const began = performance.now();
    while (performance.now() - began < 11);
    waiter.next(false);
    mutex.release();
    expect(mutex.take()).toBe(false);
    takeWhileFree(waiter);
    expect(mutex.take()).toBe(false);
    mutex.release();
    expect(mutex.isHeld).toBe(false);
  });

  test('that was handed over to one that gives up in that instant is had by it, or released', async () => {
    const { mutex } = make();
    for (const end of ['time', 'abort'] as const) {
      mutex.take();
      const waiter = mutex.acquire();
      waiter.next(false);
      const began = performance.now();
      while (performance.now() - began < 11);
      waiter.next(false);
      mutex.release();
      if (end === 'time') {
        expect(waiter.next(true)).toEqual({ done: true, value: true });
        mutex.release();
      } else expect(() => waiter.throw(new Error('enough'))).toThrow('enough');
      expect(mutex.isHeld).toBe(false);
    }
  });

  test.each([1, 2, 3, 4])('that is handed over just after look %i of a reentrant waiter is held by it once', (look) => {
    const { cells, mutex } = make(true);
    // Held by a thread that nobody knows to have ended.
    Atomics.store(cells, 0, 9_999 << NAME_SHIFT);
    const waiter = mutex.acquire();
    waiter.next(false);
    const began = performance.now();
    while (performance.now() - began < 11);
    waiter.next(false);

    const load = Atomics.load as (array: Int32Array, index: number) => number;
    let looks = 0;
    const spy = jest.spyOn(Atomics, 'load').mockImplementation(((array: Int32Array, index: number) => {
      const seen = load(array, index);
      if (array === cells && ++looks === look) {
        // What a release by that thread does.
        expect(Atomics.exchange(cells, CLAIM, 0)).not.toBe(0);
        Atomics.store(cells, 0, (me << NAME_SHIFT) | HANDED | CONTENDED);
      }
      return seen;
    }) as typeof Atomics.load);
    try {
      while (!waiter.next(false).done);
    } finally {
      spy.mockRestore();
    }
    expect(mutex.isMine).toBe(true);
    mutex.release();
    expect(mutex.isHeld).toBe(false);
  });

  test.each(['comes', 'has waited'])(
    'that was handed over to a thread that had ended, as is noted later, is had by one that %s',
    (how) => {
      const { cells, mutex } = make();
      // A name that no thread of this test has.
      const dead = me + (how === 'comes' ? 10_000 : 10_001);
      mutex.take();
      const waiter = mutex.acquire();
      if (how === 'has waited') waiter.next(false);
      cells[CLAIM] = dead << CLAIM_SHIFT;
      mutex.release();
      // That thread alone may accept it, and does not hold it yet.
      expect([mutex.isHeld, mutex.isMine, mutex.take(), mutex.recover()]).toEqual([true, false, false, false]);
      expect(() => mutex.release()).toThrow('nobody holds it');
      life().noteEnd(dead, true);
      expect(mutex.recover()).toBe(false);
      takeWhileFree(waiter);
      mutex.release();
      expect(mutex.isHeld).toBe(false);
    },
  );

  test('whose waiter with a claim gives up is free for all', () => {
    const { mutex } = make();
    mutex.take();
    const waiter = mutex.acquire();
    waiter.next(false);
    const began = performance.now();
    while (performance.now() - began < 11);
    waiter.next(false);
    expect(waiter.next(true)).toEqual({ done: true, value: false });
    mutex.release();
    expect(mutex.take()).toBe(true);
  });
});
