import { describe, expect, jest, test } from '@jest/globals';
import { Condition, HolderDiedError, Lock, NotHeldError, RLock, SharedValue } from '@millrace/workers';
import type { Actors } from './primitives.fixture.js';
import { type Actor, until } from './puppets.fixture.js';

/** Acquires the lock and waits: whoever has the lock after that knows that the actor waits. */
async function wait(actor: Actor, condition: Condition, options?: object): Promise<{ readonly woken: Promise<boolean> }> {
  await actor.act(condition, 'acquire');
  const woken = (async () => {
    const notified = await actor.act<boolean>(condition, 'wait', options);
    await actor.act(condition, 'release');
    return notified;
  })();
  return { woken };
}

export function describeCondition({ name, actors: [a, b, c], puppets, isMain }: Actors): void {
  // A lock of the main thread is one of all its parts: an RLock would let the one that notifies in.
  const make = (): Condition => new Condition(new Lock());
  /** Lets `n` of them go. */
  const notify = (condition: Condition, n?: number): Promise<void> => condition.run(() => condition.notify(n));

  describe(`Condition, ${name}`, () => {
    test('wakes none without a notification, n by one of n, in the order they came, and no others', async () => {
      const condition = make();
      const woken: string[] = [];
      const waits: Promise<unknown>[] = [];
      for (const [i, actor] of [a, b, c].entries()) {
        const { woken: gone } = await wait(actor, condition);
        waits.push(gone.then((notified) => woken.push(`${i} ${notified}`)));
      }
      await notify(condition, 0);
      expect(woken).toEqual([]);
      await notify(condition);
      await waits[0];
      expect(woken).toEqual(['0 true']);
      await notify(condition, 2);
      await Promise.all(waits);
      expect([...woken].sort()).toEqual(['0 true', '1 true', '2 true']);
    });

    test('wakes all that wait when more are notified, and keeps nothing for those that come later', async () => {
      const condition = make();
      const first = await wait(a, condition);
      await notify(condition, 5);
      expect(await first.woken).toBe(true);
      const later = await wait(b, condition, { timeoutMs: 20 });
      expect(await later.woken).toBe(false);
    });

    test('wakes all by notifyAll', async () => {
      const condition = make();
      const waits = [await wait(a, condition), await wait(b, condition), await wait(c, condition)];
      await condition.run(() => condition.notifyAll());
      expect(await Promise.all(waits.map(({ woken }) => woken))).toEqual([true, true, true]);
    });

    test('gives false when the time is over, with the lock held, and its notification goes to the next', async () => {
      const condition = make();
      const brief = await wait(a, condition, { timeoutMs: 20 });
      const other = await wait(b, condition);
      expect(await brief.woken).toBe(false);
      await notify(condition);
      expect(await other.woken).toBe(true);
    });

    test('waits for what a predicate says, and gives false when that does not hold in time', async () => {
      const condition = make();
      const value = new SharedValue('int32');
      const [waiter, other] = puppets;
      const waits = waiter.perform('waitForValue', condition, value, 3);
      for (let i = 0; i < 3; i++) await other.perform('bump', condition, value);
      expect(await waits).toBe(true);
      expect(await waiter.perform('waitForValue', condition, value, 99, 20)).toBe(false);
      const onMain = condition.run(() => condition.waitFor(() => value.value === 4));
      await other.perform('bump', condition, value);
      expect(await onMain).toBe(true);
      expect(await condition.run(() => condition.waitFor(() => value.value === 99, { timeoutMs: 5 }))).toBe(false);
    });

    test('is locked while its lock is', async () => {
      const condition = make();
      expect(condition.locked).toBe(false);
      await a.act(condition, 'acquire');
      expect(condition.locked).toBe(true);
      await a.act(condition, 'release');
      expect(condition.locked).toBe(false);
    });

    test.each([-1, 1.5, Number.NaN, '1'])('refuses to notify %p', async (n) => {
      const condition = make();
      await a.act(condition, 'acquire');
      await expect(a.act(condition, 'notify', n)).rejects.toThrow('n must be an integer, 0 or more');
    });

    test('must be held by who waits, and by who notifies', async () => {
      const condition = make();
      for (const method of ['wait', 'notify', 'notifyAll', 'release']) {
        await expect(a.act(condition, method)).rejects.toThrow(NotHeldError);
      }
      await puppets[0].act(condition, 'acquire');
      await expect(puppets[1].act(condition, 'notify')).rejects.toThrow('notified by a thread that does not hold it');
      await puppets[0].act(condition, 'release');
    });
  });

  if (isMain) describeMain(make, notify, puppets[0]);
  else describeReentrant(puppets);
}

function describeMain(make: () => Condition, notify: (condition: Condition, n?: number) => Promise<void>, other: Actor): void {
  describe('Condition on the main thread', () => {
    test('an abort ends a wait with its reason, the lock held, and its notification goes to the next', async () => {
      const condition = make();
      const aborter = new AbortController();
      const reason = new Error('enough');
      const aborted = condition.run(() => condition.wait({ signal: aborter.signal }));
      const other = condition.run(() => condition.wait());
      await condition.run(() => aborter.abort(reason));
      await expect(aborted).rejects.toBe(reason);
      await notify(condition);
      expect(await other).toBe(true);
      expect(await condition.acquire({ timeoutMs: 0 })).toBe(true);
    });

    test('an abort that comes with a notification ends the wait for a predicate, by its reason unless it holds', async () => {
      const condition = make();
      const reason = new Error('enough');
      for (const holds of [false, true]) {
        const aborter = new AbortController();
        let value = false;
        const waits = condition.run(() => condition.waitFor(() => value, { signal: aborter.signal }));
        await condition.run(() => {
          value = holds;
          condition.notify();
          aborter.abort(reason);
        });
        if (holds) expect(await waits).toBe(true);
        else await expect(waits).rejects.toBe(reason);
        expect(condition.inner[0]).toMatchObject({ locked: false });
      }
    });

    test('an abort whose reason is the death of a holder elsewhere ends a wait with the lock held', async () => {
      const condition = make();
      const aborter = new AbortController();
      const reason = new HolderDiedError('of another lock', 'Lock', 9);
      await condition.acquire();
      const waits = condition.wait({ signal: aborter.signal });
      aborter.abort(reason);
      await expect(waits).rejects.toBe(reason);
      condition.release();
    });

    test('gives true to one whose time was over, and that was notified before it had the lock again', async () => {
      const condition = make();
      await condition.acquire();
      // The clock stands, so its time is not over before it waits: it would then have the lock again, and not give it back.
      const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now());
      const brief = condition.wait({ timeoutMs: 1 });
      clock.mockRestore();
      // At once, since it was given back at once: what is waited for below is only the time of the other.
      expect(await condition.acquire({ timeoutMs: 0 })).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 20));
      condition.notify();
      condition.release();
      expect(await brief).toBe(true);
    });

    test('has an RLock of its own unless it is given a lock, and refuses what is none', () => {
      expect(() => new Condition({} as Lock)).toThrow('lock must be a Lock or an RLock');
      expect(new Condition().inner[0]).toBeInstanceOf(RLock);
    });

    test('has room for one that waits long beside many that come and go, and wakes them in the order they came', async () => {
      const condition = make();
      const woken: string[] = [];
      const long = condition.run(() => condition.wait()).then(() => woken.push('long'));
      for (let i = 0; i < 1100; i++) expect(await condition.run(() => condition.wait({ timeoutMs: 0 }))).toBe(false);
      const second = condition.run(() => condition.wait()).then(() => woken.push('second'));
      await notify(condition);
      await long;
      await notify(condition);
      await second;
      expect(woken).toEqual(['long', 'second']);
    });

    test('gives its RLock to one of its functions at a time when they go on, and to no other thread', async () => {
      const lock = new RLock();
      const condition = new Condition(lock);
      let inside = 0;
      const most: number[] = [];
      const use = (): Promise<void> =>
        condition.run(async () => {
          await condition.wait();
          most.push(++inside);
          expect(await other.act(condition, 'acquire', { timeoutMs: 0 })).toBe(false);
          inside--;
        });
      const uses: Promise<void>[] = [];
      for (let i = 0; i < 2; i++) {
        uses.push(use());
        await until(() => !lock.locked);
      }
      await condition.run(() => condition.notifyAll());
      await Promise.all(uses);
      expect(most).toEqual([1, 1]);
      expect(lock.locked).toBe(false);
    });

    test('does not give back an RLock that another function of its thread may hold, and says what to do', async () => {
      const condition = new Condition();
      await condition.run(() =>
        condition.run(async () => {
          await expect(condition.wait()).rejects.toThrow('holds it 2 times');
          await expect(condition.waitFor(() => false)).rejects.toThrow(NotHeldError);
          expect(await other.act(condition, 'acquire', { timeoutMs: 0 })).toBe(false);
        }),
      );
      expect(await condition.run(() => condition.wait({ timeoutMs: 0 }))).toBe(false);
    });

    test('has no more waiters than places', async () => {
      const condition = make();
      await condition.acquire();
      const waits: Promise<boolean>[] = [];
      // They come to the lock in any order: each gives it back at once, or one that is looked at later would keep it from the others.
      const wait = async (): Promise<boolean> => {
        const notified = await condition.wait();
        condition.release();
        return notified;
      };
      for (let i = 0; i < 1024; i++) {
        waits.push(wait());
        await condition.acquire();
      }
      await expect(condition.wait()).rejects.toThrow('at most 1024 waiters');
      condition.notifyAll();
      condition.release();
      expect(new Set(await Promise.all(waits))).toEqual(new Set([true]));
    });
  });
}

function describeReentrant([a, b]: Actors['puppets']): void {
  test('a Condition gives back an RLock that is held several times, and takes it as often', async () => {
    const condition = new Condition(new RLock());
    await a.act(condition, 'acquire');
    await a.act(condition, 'acquire');
    const waits = a.act(condition, 'wait');
    await b.act(condition, 'acquire');
    await b.act(condition, 'notify');
    await b.act(condition, 'release');
    expect(await waits).toBe(true);
    await a.act(condition, 'release');
    expect(await b.act(condition, 'acquire', { timeoutMs: 0 })).toBe(false);
    await a.act(condition, 'release');
    await expect(a.act(condition, 'release')).rejects.toThrow(NotHeldError);
  });
}
