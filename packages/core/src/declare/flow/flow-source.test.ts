import { EventEmitter, on } from 'node:events';
import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { of } from 'rxjs';
import { PlanError } from '../../errors.js';
import type { Source } from '../source.js';
import { sourceDeclaration } from './flow-source.js';

async function* generate(): AsyncGenerator<number> {
  yield 1;
}

describe('what a flow starts from', () => {
  test('a connector gives its name', () => {
    const source: Source<number> = { name: 'numbers', open: async function* () {} };
    expect(sourceDeclaration(source)).toEqual({ kind: 'connector', name: 'numbers', source });
  });

  test('a function is kept, and not called', () => {
    let calls = 0;
    const make = (): number[] => {
      calls++;
      return [1];
    };
    expect(sourceDeclaration(make)).toEqual({ kind: 'function', name: 'source', make });
    expect(calls).toBe(0);
  });

  test('collections can be read again', () => {
    for (const iterable of [[1], new Set([1]), new Map(), new Uint8Array(2), { [Symbol.asyncIterator]: generate }]) {
      expect(sourceDeclaration(iterable)).toEqual({ kind: 'iterable', name: 'source', iterable, oneShot: false });
    }
  });

  test('iterators, generator objects and streams are used up by reading', async () => {
    const readable = Readable.from(['a']);
    const events = on(new EventEmitter(), 'x');
    for (const iterable of [[1].values(), new Map().entries(), generate(), readable, new ReadableStream(), events]) {
      expect(sourceDeclaration(iterable)).toMatchObject({ kind: 'iterable', oneShot: true });
    }
    expect(readable.readableFlowing).toBeNull();
    readable.destroy();
    await events.return?.();
  });

  test('a web stream is not locked by looking at it', () => {
    const stream = new ReadableStream();
    sourceDeclaration(stream);
    expect(stream.locked).toBe(false);
  });

  test('an iterable is not asked for its iterator', () => {
    let asked = 0;
    const iterable = {
      [Symbol.iterator]() {
        asked++;
        return [].values();
      },
    };
    expect(sourceDeclaration(iterable)).toMatchObject({ oneShot: false });
    expect(asked).toBe(0);
  });

  test('all else is refused with the way to mend it', () => {
    for (const [source, text] of [
      ['abc', 'a string is refused, as it would be read letter by letter, got "abc"'],
      [of(1), 'an Observable cannot be slowed down'],
      [Promise.resolve([1]), 'got a Promise: write flow(() => promise)'],
      [undefined, 'it must be a Source (an object with a name and open()), an iterable'],
      [null, 'got null'],
      [7, 'got 7'],
      [{}, 'got an object'],
      [[runInNewContext('Promise.resolve(3)')], 'the array gives a promise as an item'],
      [[1, Promise.resolve(2)], 'the array gives a promise as an item, whose work has begun before the flow could limit it'],
      [{ open: generate }, 'got an object'],
      [{ name: 'x' }, 'got an object'],
      [{ name: 'x', open: 1 }, 'got an object'],
    ] as const) {
      expect(() => sourceDeclaration(source)).toThrow(PlanError);
      expect(() => sourceDeclaration(source)).toThrow(text);
    }
    expect(() => sourceDeclaration({ name: '', open: generate })).toThrow('source: the name must be a non-empty string');
  });
});
