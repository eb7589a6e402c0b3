import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { EMPTY, finalize, generate, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { maxObservableHeld } from './observable-iterator.js';
import { isThenable, outputMaker } from './outputs.js';

const overflow = (held: number): Error => new Error(`${held} held`);

function asyncMakerOf(value: unknown): AsyncIterator<unknown> {
  const maker = outputMaker(value, overflow);
  if (maker?.kind !== 'asyncGenerator') throw new Error(`expected an asynchronous maker, got ${maker?.kind}`);
  return maker.iterator;
}

async function allOf(iterator: AsyncIterator<unknown>): Promise<unknown[]> {
  const values: unknown[] = [];
  for (let step = await iterator.next(); !step.done; step = await iterator.next()) values.push(step.value);
  return values;
}

describe('outputMaker', () => {
  test('generator objects, async generator objects and Observables make many outputs', () => {
    const made = [(function* () {})(), (async function* () {})(), of(1), new Subject(), EMPTY];
    expect(made.map((value) => outputMaker(value, overflow)?.kind)).toEqual([
      'generator',
      'asyncGenerator',
      'asyncGenerator',
      'asyncGenerator',
      'asyncGenerator',
    ]);
  });

  test('everything else is a value', () => {
    const values = [
      ...[null, undefined, 0, '', Number.NaN, 'text', Symbol('millrace.END'), 1n, true],
      ...[[], [1], new Map([[1, 2]]), new Set([1]), new Date(), new Uint8Array(2), {}, { next: 1, subscribe: 2 }],
      ...[[1][Symbol.iterator](), new Map().entries(), 'text'[Symbol.iterator](), { next: () => ({ done: true }) }],
      ...[Readable.from([1]), new ReadableStream(), function* () {}, async function* () {}, () => of(1)],
      ...[Promise.resolve(1), { subscribe: () => undefined }],
    ];
    for (const value of values) expect(outputMaker(value, overflow)).toBeUndefined();
  });

  test('a thenable is one that has a then, functions aside', () => {
    // biome-ignore lint/suspicious/noThenProperty: that is what the test is about.
    for (const value of [Promise.resolve(), { then: () => undefined }]) expect(isThenable(value)).toBe(true);
    // biome-ignore lint/suspicious/noThenProperty: that is what the test is about.
    for (const value of [null, undefined, {}, { then: 1 }, 'then', () => undefined]) expect(isThenable(value)).toBe(false);
  });
});

describe('an Observable as outputs', () => {
  test('gives its values in order, then the end, again and again', async () => {
    const iterator = asyncMakerOf(of(null, undefined, 0, '', Number.NaN));
    expect(await allOf(iterator)).toEqual([null, undefined, 0, '', Number.NaN]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('EMPTY gives none', async () => {
    expect(await allOf(asyncMakerOf(EMPTY))).toEqual([]);
  });

  test('is subscribed at once; what it emits is held until it is asked for', async () => {
    const subject = new Subject<number>();
    const iterator = asyncMakerOf(subject);
    expect(subject.observed).toBe(true);
    subject.next(1);
    subject.next(2);
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    expect(await iterator.next()).toEqual({ done: false, value: 2 });
    const third = iterator.next();
    subject.next(3);
    expect(await third).toEqual({ done: false, value: 3 });
    const end = iterator.next();
    subject.complete();
    expect(await end).toEqual({ done: true, value: undefined });
  });

  test('an error comes after what was emitted, once', async () => {
    const error = new Error('broken');
    const subject = new Subject<number>();
    const iterator = asyncMakerOf(subject);
    subject.next(1);
    subject.error(error);
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    await expect(iterator.next()).rejects.toBe(error);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await expect(asyncMakerOf(throwError(() => error)).next()).rejects.toBe(error);
  });

  test('return unsubscribes, drops what is held and ends a pending next', async () => {
    const subject = new Subject<number>();
    const iterator = asyncMakerOf(subject);
    subject.next(1);
    await iterator.return!();
    expect(subject.observed).toBe(false);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });

    const idle = asyncMakerOf(NEVER);
    const pending = idle.next();
    await idle.return!();
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  test('one that runs ahead too far is unsubscribed, also while it emits within subscribe', async () => {
    const ends: string[] = [];
    const endless = generate({ initialState: 0, iterate: (n) => n + 1 }).pipe(finalize(() => ends.push('synchronous')));
    const iterator = asyncMakerOf(endless);
    expect(ends).toEqual(['synchronous']);
    let inOrder = 0;
    while (inOrder < maxObservableHeld && (await iterator.next()).value === inOrder) inOrder += 1;
    expect(inOrder).toBe(maxObservableHeld);
    await expect(iterator.next()).rejects.toThrow(`${maxObservableHeld} held`);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });

    const subject = new Subject<number>();
    const later = asyncMakerOf(subject.pipe(finalize(() => ends.push('asynchronous'))));
    for (let i = 0; i <= maxObservableHeld; i += 1) subject.next(i);
    expect(ends).toEqual(['synchronous', 'asynchronous']);
    await later.return!();
  });

  test('one that is ended is not subscribed any more', async () => {
    let torn = 0;
    const iterator = asyncMakerOf(
      new Observable((subscriber) => {
        subscriber.next(1);
        subscriber.complete();
        return () => {
          torn += 1;
        };
      }),
    );
    expect(torn).toBe(1);
    await allOf(iterator);
    await iterator.return!();
    expect(torn).toBe(1);
  });
});
