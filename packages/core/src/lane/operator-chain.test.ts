import { describe, expect, test } from '@jest/globals';
import {
  bufferCount,
  concatMap,
  filter,
  finalize,
  map,
  merge,
  type Observable,
  of,
  range,
  repeat,
  scan,
  startWith,
  take,
  throwError,
  toArray,
} from 'rxjs';
import type { AnyOperator } from '../declare/declaration.js';
import { OperatorChain } from './operator-chain.js';

function chainOf(...operators: unknown[]) {
  const told: unknown[] = [];
  const chain = new OperatorChain(operators as AnyOperator[], {
    next: (value) => told.push(value),
    error: (error) => told.push(['error', error]),
    complete: () => told.push('complete'),
  });
  chain.open();
  return { chain, told };
}

const add = (a: number, b: number): number => a + b;

describe('OperatorChain', () => {
  test('keeps its state between items, and gives what is left at the end', () => {
    const { chain, told } = chainOf(scan(add, 0), bufferCount(2));
    for (const n of [1, 2, 3]) chain.next(n);
    expect(told).toEqual([[1, 3]]);
    chain.complete();
    expect(told).toEqual([[1, 3], [6], 'complete']);
  });

  test('one that emits as it is made, or completes, tells at once', () => {
    expect(chainOf(startWith('first')).told).toEqual(['first']);
    expect(chainOf(take(0)).told).toEqual(['complete']);
  });

  test.each([undefined, null, 5, {}])('an operator that returns %p is an error that says so', (made) => {
    expect(() => chainOf(map(Number), () => made, map(Number))).toThrow(
      /^an operator must return an Observable, made of the one that it is given, and one returned (undefined|null|5|an object)$/,
    );
  });

  test('one that completes early takes no more', () => {
    const { chain, told } = chainOf(take(2));
    for (const n of [1, 2, 3]) chain.next(n);
    chain.complete();
    expect(told).toEqual([1, 2, 'complete']);
  });

  test('an error is told once, thrown by a function or emitted', () => {
    const error = new Error('broken');
    const thrown = chainOf(
      map(() => {
        throw error;
      }),
    );
    thrown.chain.next(1);
    thrown.chain.next(2);
    expect(thrown.told).toEqual([['error', error]]);
    const emitted = chainOf(concatMap((n) => (n === 2 ? throwError(() => error) : of(n))));
    for (const n of [1, 2, 3]) emitted.chain.next(n);
    expect(emitted.told).toEqual([1, ['error', error]]);
  });

  test('O3 a chain that subscribes again goes on with its latest subscription', () => {
    const { chain, told } = chainOf(take(1), repeat(2));
    for (const n of [1, 2, 3]) chain.next(n);
    expect(told).toEqual([1, 2, 'complete']);
  });

  test('O3 one that subscribes again after END is over', () => {
    const { chain, told } = chainOf(take(2), toArray(), repeat());
    for (const n of [1, 2, 3]) chain.next(n);
    chain.complete();
    expect(told).toEqual([[1, 2], [3], 'complete']);
  });

  test('O3 one that subscribes several times at once is fed for each', () => {
    const { chain, told } = chainOf((input: Observable<number>) =>
      merge(input.pipe(filter((n) => n % 2 === 0)), input.pipe(map((n) => -n))),
    );
    for (const n of [1, 2]) chain.next(n);
    chain.complete();
    expect(told).toEqual([-1, 2, -2, 'complete']);
  });

  test('one that emits without end as it is subscribed to can be closed', () => {
    const told: number[] = [];
    const chain: OperatorChain = new OperatorChain([() => range(0, Number.POSITIVE_INFINITY)], {
      next: (n) => {
        told.push(n as number);
        if (told.length === 3) chain.close();
      },
      error: () => undefined,
      complete: () => undefined,
    });
    chain.open();
    expect(told).toEqual([0, 1, 2]);
  });

  test('close unsubscribes and nothing is told any more', () => {
    let finalized = 0;
    const { chain, told } = chainOf(
      finalize(() => {
        finalized += 1;
      }),
    );
    chain.close();
    chain.close();
    chain.next(1);
    chain.complete();
    expect([finalized, told]).toEqual([1, []]);
  });
});
