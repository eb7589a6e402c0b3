import { describe, expect, test } from '@jest/globals';
import { bufferCount, concatMap, map, type OperatorFunction, reduce, Subject, scan, startWith, take, toArray } from 'rxjs';
import type { AnyOperator } from '../declare/declaration.js';
import { TooManyKeysError } from '../errors.js';
import { ManualTimers } from '../timers.fixture.js';
import { KeyedChains, type KeyedTerms } from './keyed-chains.js';

type Item = readonly [key: string, n: number];

function chainsOf(operator: OperatorFunction<Item, unknown>, terms: Partial<KeyedTerms> = {}) {
  const told: unknown[] = [];
  const timers = new ManualTimers();
  const dues = { count: 0 };
  const host = {
    next: (value: unknown) => void told.push(value),
    error: (error: unknown) => void told.push(['error', error]),
    complete: () => void told.push('complete'),
    due: () => {
      dues.count += 1;
    },
  };
  const all = { stage: 'work', maxKeys: 100, idleMs: undefined, timers, ...terms };
  const chains = new KeyedChains([operator as AnyOperator], host, all);
  const feed = (...keys: string[]): void => {
    for (const key of keys) {
      while (chains.release());
      chains.next([key, told.length] satisfies Item, key);
    }
  };
  return { chains, told, timers, dues, feed };
}

const count = scan((seen: string, [key]: Item) => `${seen}${key}`, '');
const all = reduce((seen: string, [key]: Item) => `${seen}${key}`, '');

describe('chains by key', () => {
  test('O10 each key has an instance of its own', () => {
    const { told, feed } = chainsOf(count);
    feed('a', 'b', 'a', 'a', 'b');
    expect(told).toEqual(['a', 'b', 'aa', 'aaa', 'bb']);
  });

  test('O12 at END they complete one at a time, first seen first, and then all have', () => {
    const { chains, told, feed } = chainsOf(all);
    feed('b', 'a', 'b');
    chains.complete();
    expect(told).toEqual([]);
    expect([chains.release(), told]).toEqual([true, ['bb']]);
    expect([chains.release(), told]).toEqual([true, ['bb', 'a', 'complete']]);
    expect(chains.release()).toBe(false);
  });

  test('O12 without a key there is nothing to wait for', () => {
    const { chains, told } = chainsOf(all);
    chains.complete();
    expect(told).toEqual(['complete']);
  });

  test('O4 all have completed when the last late one has', () => {
    const gate = new Subject<string>();
    const { chains, told, feed } = chainsOf(concatMap(() => gate.pipe(take(1))));
    feed('a', 'b');
    chains.complete();
    while (chains.release());
    expect(told).toEqual([]);
    gate.next('late');
    expect(told).toEqual(['late', 'late', 'complete']);
  });

  test('O13 items of a key whose chain has completed by itself are dropped; the others go on', () => {
    const { chains, told, feed } = chainsOf((items) =>
      items.pipe(
        take(1),
        map(([key]) => key),
      ),
    );
    feed('a', 'a', 'b', 'a', 'b');
    expect([told, chains.dropped, chains.keys]).toEqual([['a', 'b'], 3, 2]);
    chains.complete();
    expect(told.at(-1)).toBe('complete');
  });

  test('O13 a chain that completes as it is made takes nothing', () => {
    const { chains, told, feed } = chainsOf((items) => items.pipe(startWith('first'), take(1)));
    feed('a', 'a');
    expect([told, chains.dropped]).toEqual([['first'], 2]);
  });

  test('O15 one key too many is an error that names the stage and the option', () => {
    const { chains, feed } = chainsOf(count, { maxKeys: 2 });
    feed('a', 'b', 'a');
    expect(() => chains.next(['c', 0], 'c')).toThrow(TooManyKeysError);
    expect(() => chains.next(['c', 0], 'c')).toThrow(/stage "work" has its operators for 2 keys.*raise maxKeys.*keyIdleMs/);
  });

  test('O15 a key whose chain is over still counts: it is remembered', () => {
    const { chains, feed } = chainsOf(take(1), { maxKeys: 1 });
    feed('a', 'a');
    expect(() => chains.next(['b', 0], 'b')).toThrow(TooManyKeysError);
  });

  test('O16 it owes as many outputs as it has inputs without one; a chain that is over owes none', () => {
    const gate = new Subject<string>();
    const { chains, feed } = chainsOf((items) =>
      items.pipe(
        take(2),
        concatMap(() => gate.pipe(take(1))),
      ),
    );
    feed('a', 'a', 'b');
    expect(chains.pending).toBe(3);
    gate.next('one each');
    expect(chains.pending).toBe(1);
    const dropping = chainsOf(bufferCount(10));
    dropping.feed('a', 'a', 'b');
    expect(dropping.chains.pending).toBe(3);
    dropping.chains.complete();
    while (dropping.chains.release());
    expect(dropping.chains.pending).toBe(0);
  });

  test('close lets go of all, those that are completing too', () => {
    let closed = 0;
    const { chains, told, feed, timers } = chainsOf(
      (items) =>
        items.pipe(
          concatMap(() => new Subject()),
          (late) => {
            const { subscribe } = late;
            late.subscribe = ((...args: Parameters<typeof subscribe>) => {
              const subscription = subscribe.apply(late, args);
              subscription.add(() => {
                closed += 1;
              });
              return subscription;
            }) as typeof subscribe;
            return late;
          },
        ),
      { idleMs: 10 },
    );
    feed('a');
    timers.elapse(10);
    chains.release();
    feed('b');
    chains.close();
    expect([closed, timers.waiting, told]).toEqual([2, 0, []]);
  });
});

describe('O14 an idle key', () => {
  test('is completed, and begins anew when it comes again', () => {
    const { chains, told, timers, dues, feed } = chainsOf(all, { idleMs: 100 });
    feed('a', 'b');
    timers.elapse(99);
    expect(told).toEqual([]);
    feed('b');
    timers.elapse(1);
    expect([told, dues.count, chains.keys]).toEqual([[], 1, 2]);
    feed('a');
    expect([told, chains.keys]).toEqual([['a'], 2]);
    chains.complete();
    while (chains.release());
    expect(told).toEqual(['a', 'bb', 'a', 'complete']);
  });

  test('is completed after its time, however often others come', () => {
    const { told, timers, feed } = chainsOf(toArray(), { idleMs: 100 });
    feed('a');
    for (let i = 0; i < 9; i += 1) {
      timers.elapse(10);
      feed('b');
    }
    expect(told).toEqual([]);
    timers.elapse(10);
    feed('b');
    expect(told).toEqual([[['a', 0]]]);
  });

  test('frees its place', () => {
    const { chains, timers, feed } = chainsOf(count, { idleMs: 100, maxKeys: 1 });
    for (const key of ['a', 'b', 'c']) {
      feed(key);
      timers.elapse(100);
    }
    while (chains.release());
    expect([chains.keys, timers.waiting]).toEqual([0, 0]);
  });

  test('whose chain was over is forgotten', () => {
    const { chains, timers, feed } = chainsOf(take(1), { idleMs: 100 });
    feed('a', 'a');
    timers.elapse(100);
    expect(chains.keys).toBe(0);
    feed('a');
    expect(chains.dropped).toBe(1);
  });
});
