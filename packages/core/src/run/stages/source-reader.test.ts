import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import type { SourceDeclaration } from '../../declare/declaration.js';
import type { Pull } from '../../declare/source.js';
import { PlanError } from '../../errors.js';
import { openSource, type SourceReader } from './source-reader.js';

const { signal } = new AbortController();

/** The event loop was reached a moment ago. */
const inTime = (): boolean => false;

const ofFunction = (make: () => unknown): Promise<SourceReader> => openSource({ kind: 'function', name: 'source', make }, signal);

const ofConnector = (open: () => AsyncIterable<Pull<unknown>>): Promise<SourceReader> =>
  openSource({ kind: 'connector', name: 'rows', source: { name: 'rows', open } }, signal);

async function readAll(reader: SourceReader, max = 100): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let pull = await reader.pull(max, inTime); pull !== undefined; pull = await reader.pull(max, inTime))
    items.push(...pull.items);
  return items;
}

/** An iterator that counts how often it is told to return. */
function counting(result: () => IteratorResult<unknown>) {
  const iterator = {
    returned: 0,
    next: result,
    return: () => {
      iterator.returned += 1;
      return { done: true as const, value: undefined };
    },
  };
  return iterator;
}

describe('every kind of source', () => {
  const odd = [null, undefined, 0, '', Number.NaN, {}];
  const sources: [string, () => SourceDeclaration][] = [
    ['iterable', () => ({ kind: 'iterable', name: 'source', iterable: odd, oneShot: false })],
    ['function: array', () => ({ kind: 'function', name: 'source', make: () => odd })],
    ['function: promise of an array', () => ({ kind: 'function', name: 'source', make: async () => odd })],
    [
      'function: generator',
      () => ({
        kind: 'function',
        name: 'source',
        make: function* () {
          yield* odd;
        },
      }),
    ],
    [
      'function: async generator',
      () => ({
        kind: 'function',
        name: 'source',
        make: async function* () {
          yield* odd;
        },
      }),
    ],
    [
      'connector',
      () => ({
        kind: 'connector',
        name: 'rows',
        source: {
          name: 'rows',
          open: async function* () {
            yield { items: odd.slice(0, 2) };
            yield { items: [] };
            yield { items: odd.slice(2) };
          },
        },
      }),
    ],
  ];

  test.each(sources)('is read to its end: %s', async (_, declare) => {
    const reader = await openSource(declare(), signal);
    expect(await readAll(reader)).toEqual(odd);
    await reader.close();
  });

  test('streams are read, and closed when they are left', async () => {
    expect(await readAll(await ofFunction(() => Readable.from(['a', 'b'])))).toEqual(['a', 'b']);
    const node = Readable.from(['a', 'b']);
    await (await ofFunction(() => node)).close();
    expect(node.destroyed).toBe(true);

    const web = () =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue('a');
          controller.close();
        },
      });
    expect(await readAll(await ofFunction(web))).toEqual(['a']);
    let cancelled = false;
    const left = await ofFunction(
      () =>
        new ReadableStream({
          cancel: () => {
            cancelled = true;
          },
        }),
    );
    await left.close();
    expect(cancelled).toBe(true);
  });
});

describe('E7 an iterator that is left while a next() is pending', () => {
  const never = new Promise<never>(() => {});

  test('is waited for until its return() has ended, when it is no generator', async () => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reader = await ofFunction(() => ({
      [Symbol.asyncIterator]: () => ({
        next: () => never,
        return: async () => {
          await gate;
          return { done: true, value: undefined };
        },
      }),
    }));
    void reader.pull(1, inTime);
    const closed = reader.close().then(() => 'closed');
    const later = new Promise((resolve) => setTimeout(resolve, 300, 'still open'));
    expect(await Promise.race([closed, later])).toBe('still open');
    release();
    expect(await closed).toBe('closed');
  }, 5_000);

  test('is not waited for long when it is a generator, which may never wake', async () => {
    const reader = await ofFunction(async function* () {
      yield await never;
    });
    void reader.pull(1, inTime);
    await reader.close();
  }, 5_000);
});

test('R2 a pull of more items than maxPull says is refused: the bound counts on it', async () => {
  const pulls = (count: number) =>
    async function* () {
      yield { items: Array.from({ length: count }, (_, i) => i) };
    };
  const read = (count: number) =>
    openSource({ kind: 'connector', name: 'rows', source: { name: 'rows', maxPull: 2, open: pulls(count) } }, signal).then(
      readAll,
    );
  expect(await read(2)).toEqual([0, 1]);
  await expect(read(3)).rejects.toThrow(
    /^source "rows" gave 3 items in a pull, and says that its maxPull is 2, .*let it give fewer at a time, or say more$/,
  );
});

describe('an iterator by hand', () => {
  const iterated = (next: () => unknown) => ofFunction(() => ({ [Symbol.asyncIterator]: () => ({ next }) }));

  test('may give its results without a promise', async () => {
    const results = [1, 2].map((value): IteratorResult<number> => ({ done: false, value }));
    const reader = await iterated(() => results.shift() ?? { done: true, value: undefined });
    expect(await readAll(reader)).toEqual([1, 2]);
  });

  test.each([5, undefined, 'x'])(
    'what is no result (%p) is an error that says so, not one item after the other',
    async (junk) => {
      const message = /^next\(\) of the source must give an object \{ value, done \}, got /;
      const asynchronous = await iterated(async () => junk);
      await expect(asynchronous.pull(1, inTime)).rejects.toThrow(message);
      const synchronous = await ofFunction(() => ({ [Symbol.iterator]: () => ({ next: () => junk }) }));
      expect(() => synchronous.pull(1, inTime)).toThrow(message);
    },
  );

  test('one that throws in next() is over: it is not told to return', async () => {
    const iterator = counting(() => {
      throw new RangeError('torn');
    });
    const reader = await ofFunction(() => ({ [Symbol.asyncIterator]: () => iterator }));
    await expect(Promise.resolve().then(() => reader.pull(1, inTime))).rejects.toThrow('torn');
    await reader.close();
    expect(iterator.returned).toBe(0);
  });

  test('a web stream that has failed is not cancelled: that would fail once more', async () => {
    const reader = await ofFunction(() => new ReadableStream({ pull: (stream) => stream.error(new RangeError('torn')) }));
    await expect(reader.pull(1, inTime)).rejects.toThrow('torn');
    await reader.close();
  });
});

describe('a synchronous iterable', () => {
  test('gives at once what is asked for, at most 256', async () => {
    const reader = await ofFunction(() => Array.from({ length: 1000 }, (_, i) => i));
    const sizes = [3, 1000, 300, 1000].map((max) => (reader.pull(max, inTime) as Pull<unknown>).items.length);
    expect(sizes).toEqual([3, 256, 256, 256]);
    expect(await readAll(reader)).toHaveLength(1000 - 3 - 3 * 256);
  });

  test('gives fewer when the event loop waits, one at least', async () => {
    const slow = await ofFunction(() => new Set([1, 2, 3]));
    expect(slow.pull(100, () => true)).toEqual({ items: [1] });
    expect(slow.pull(100, () => true)).toEqual({ items: [2] });
  });

  test('an array gives what is there when it is asked, holes as undefined', async () => {
    const array = [1, 2];
    array[3] = 4;
    const reader = await ofFunction(() => array);
    expect([reader.pull(3, inTime), reader.pull(3, inTime)]).toEqual([{ items: [1, 2, undefined] }, { items: [4] }]);
    array.push(5);
    expect(reader.pull(3, inTime)).toEqual({ items: [5] });
    expect(reader.pull(3, inTime)).toBeUndefined();
  });

  test('an array that is iterated in a way of its own is', async () => {
    const array = Object.assign([1, 2], {
      *[Symbol.iterator]() {
        yield 'own';
      },
    });
    expect(await readAll(await ofFunction(() => array))).toEqual(['own']);
  });

  test('what it threw comes after the items before it', async () => {
    const error = new Error('broken');
    const reader = await ofFunction(function* () {
      yield 1;
      yield 2;
      throw error;
    });
    expect(reader.pull(100, inTime)).toEqual({ items: [1, 2] });
    expect(() => reader.pull(100, inTime)).toThrow(error);
  });

  test('is returned when it is left, once, and not when it has ended', async () => {
    const endless = counting(() => ({ done: false, value: 1 }));
    const left = await ofFunction(() => ({ [Symbol.iterator]: () => endless }));
    left.pull(2, inTime);
    await left.close();
    await left.close();
    expect(endless.returned).toBe(1);
    expect(left.pull(2, inTime)).toBeUndefined();

    const ended = counting(() => ({ done: true, value: undefined }));
    const read = await ofFunction(() => ({ [Symbol.iterator]: () => ended }));
    expect(read.pull(2, inTime)).toBeUndefined();
    await read.close();
    expect(ended.returned).toBe(0);
  });
});

describe('a connector', () => {
  test('its pulls pass as they are, whatever is asked for', async () => {
    const pull: Pull<unknown> = { items: [1, 2, 3], origin: (index) => `row ${index}` };
    const reader = await ofConnector(async function* () {
      yield pull;
    });
    expect(await reader.pull(1, inTime)).toBe(pull);
    expect(await reader.pull(1, inTime)).toBeUndefined();
  });

  test('is returned when it is left, and not after it has failed or ended', async () => {
    let returned = 0;
    const make = (next: () => Promise<IteratorResult<Pull<unknown>>>) =>
      ofConnector(() => ({
        [Symbol.asyncIterator]: () => ({
          next,
          return: async () => {
            returned += 1;
            return { done: true, value: undefined };
          },
        }),
      }));
    const left = await make(async () => ({ done: false, value: { items: [1] } }));
    await left.pull(1, inTime);
    await left.close();
    expect(returned).toBe(1);
    const failed = await make(async () => {
      throw new Error('broken');
    });
    await expect(failed.pull(1, inTime)).rejects.toThrow('broken');
    await failed.close();
    const ended = await make(async () => ({ done: true, value: undefined }));
    await ended.pull(1, inTime);
    await ended.close();
    expect(returned).toBe(1);
  });

  test.each([[undefined], [null], [[1]], ['text'], [{}], [{ items: 'ab' }]])('%p is no pull', async (nonsense) => {
    const reader = await ofConnector(async function* () {
      yield nonsense as Pull<unknown>;
    });
    await expect(reader.pull(1, inTime)).rejects.toThrow(PlanError);
  });
});

describe('a function', () => {
  test('that returns the same feed, which begins anew for each reader, may do so for every run', async () => {
    const feed = Object.assign(new EventEmitter(), {
      async *[Symbol.asyncIterator]() {
        yield 1;
      },
    });
    for (let run = 0; run < 2; run += 1) await expect(ofFunction(() => feed)).resolves.toBeDefined();
  });

  test('that returns an array with a promise anywhere is refused before it is read', async () => {
    const items = [...Array.from({ length: 5000 }, (_, i) => i), Promise.reject(new Error('nobody looks at it'))];
    await expect(ofFunction(() => items)).rejects.toThrow(/^the source gives a promise as an item/);
  });

  test.each([[undefined], [null], [7], ['text'], [{}], [() => []]])('that returns %p is refused', async (value) => {
    await expect(ofFunction(() => value)).rejects.toThrow(/the source function returned .*: it must return an iterable/);
  });

  test.each([
    ['generator object', function* () {}],
    ['async generator object', async function* () {}],
    ['Node stream', () => Readable.from([1, 2])],
    ['web stream', () => new Blob(['ab']).stream()],
  ])('that returns the same %s to a second run is refused', async (_, make) => {
    const same = make();
    const first = await ofFunction(() => same);
    await first.close();
    await expect(ofFunction(() => same)).rejects.toThrow('returned what a run has read before');
    await (await ofFunction(make)).close();
  });

  test('may return the same array each time, and an iterator that goes on for its next reader', async () => {
    const numbers = [1, 2];
    for (const _ of [1, 2]) expect(await (await ofFunction(() => numbers)).pull(5, inTime)).toEqual({ items: [1, 2] });
    let next = 0;
    const ids = {
      next: () => ({ done: false, value: next++ }),
      [Symbol.iterator]() {
        return this;
      },
    };
    for (const id of [0, 1]) {
      const reader = await ofFunction(() => ids);
      expect(await reader.pull(1, inTime)).toEqual({ items: [id] });
      await reader.close();
    }
  });

  test('what it throws passes through', async () => {
    await expect(
      ofFunction(() => {
        throw new RangeError('no file');
      }),
    ).rejects.toThrow(RangeError);
  });
});
