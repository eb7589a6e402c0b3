import { describe, expect, test } from '@jest/globals';
import { TimeoutError } from '@millrace/workers';
import type { Timed } from '../attempts/attempt-timer.js';
import { type Emission, OVER, PENDING } from '../emission.js';
import { AheadSlots } from './ahead-slots.js';
import { type EmissionHost, emissionOf } from './generator-emission.js';

const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A host that notes what it is told, and in `waits` when outputs are waited for. */
function hostWith(slots: number | AheadSlots): EmissionHost & { readonly told: string[]; readonly waits: Timed[] } {
  const told: string[] = [];
  const waits: Timed[] = [];
  const ahead = typeof slots === 'number' ? new AheadSlots(slots) : slots;
  return {
    ...{ told, waits, ahead },
    wake: () => told.push('wake'),
    began: (emission) => waits.push(emission),
    paused: () => waits.pop(),
    settled: () => {
      expect(waits).toEqual([]);
      told.push('settled');
    },
  };
}

/** Counts what it was asked for, and whether it was told to return. */
class Numbers {
  asked = 0;
  returned = 0;
  readonly #count: number;
  readonly #error: Error | undefined;

  constructor(count: number, error?: Error) {
    this.#count = count;
    this.#error = error;
  }

  *sync(): Generator<number> {
    try {
      for (let i = 0; i < this.#count; i += 1) {
        this.asked += 1;
        yield i;
      }
      if (this.#error !== undefined) throw this.#error;
    } finally {
      this.returned += 1;
    }
  }

  async *async(): AsyncGenerator<number> {
    yield* this.sync();
  }
}

async function takeAll(emission: Emission): Promise<unknown[]> {
  const outputs: unknown[] = [];
  for (let output = emission.take(); output !== OVER; output = emission.take()) {
    if (output === PENDING) await quiet();
    else outputs.push(output);
  }
  return outputs;
}

describe('the emission of a generator', () => {
  const open = (numbers: Numbers, host: EmissionHost) => emissionOf({ kind: 'generator', iterator: numbers.sync() }, host);

  test('S16 that gives a promise fails with the way out, is told to return, and leaves no unhandled rejection', async () => {
    let returned = false;
    const promises = (function* (): Generator<unknown> {
      try {
        yield 1;
        yield Promise.reject(new Error('nobody looks at it'));
      } finally {
        returned = true;
      }
    })();
    const host = hostWith(10);
    const emission = emissionOf({ kind: 'generator', iterator: promises }, host);
    expect(emission.take()).toBe(1);
    expect(() => emission.take()).toThrow(/^the task gave a promise as one of several outputs, .* an async generator/);
    await quiet();
    expect([returned, host.told]).toEqual([true, ['settled']]);
    expect(emission.take()).toBe(OVER);
  });

  test('is pulled by take alone, never ahead', async () => {
    const numbers = new Numbers(3);
    const host = hostWith(10);
    const emission = open(numbers, host);
    await quiet();
    expect(numbers.asked).toBe(0);
    expect(emission.take()).toBe(0);
    expect([numbers.asked, emission.held]).toEqual([1, 0]);
    expect(await takeAll(emission)).toEqual([1, 2]);
    expect(emission.take()).toBe(OVER);
    expect(host.told).toEqual(['settled']);
  });

  test('throws the error of its maker once', () => {
    const error = new Error('broken');
    const host = hostWith(0);
    const emission = open(new Numbers(1, error), host);
    expect(emission.take()).toBe(0);
    expect(() => emission.take()).toThrow(error);
    expect(emission.take()).toBe(OVER);
    expect(host.told).toEqual(['settled']);
  });

  test('returns its maker when it is cancelled, once', () => {
    const numbers = new Numbers(3);
    const host = hostWith(0);
    const emission = open(numbers, host);
    emission.take();
    emission.cancel();
    emission.cancel();
    expect(numbers.returned).toBe(1);
    expect(emission.take()).toBe(OVER);
    expect(host.told).toEqual(['settled']);
  });

  test('a clean-up that throws, and a maker that cancels itself, do no harm', () => {
    function* unclean(): Generator<number> {
      try {
        yield 1;
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: that is what the test is about.
        throw new Error('unclean');
      }
    }
    const broken = emissionOf({ kind: 'generator', iterator: unclean() }, hostWith(0));
    broken.take();
    expect(() => broken.cancel()).not.toThrow();

    let cleaned = false;
    const own: Emission = emissionOf({ kind: 'generator', iterator: cancelsItself() }, hostWith(0));
    function* cancelsItself(): Generator<number> {
      try {
        own.cancel();
        yield 1;
      } finally {
        cleaned = true;
      }
    }
    expect(own.take()).toBe(PENDING);
    expect(cleaned).toBe(true);
  });
});

describe('the emission of an async generator', () => {
  const open = (numbers: Numbers, host: EmissionHost) => emissionOf({ kind: 'asyncGenerator', iterator: numbers.async() }, host);

  test('says when it waits for its maker: not while it pauses for want of a slot', async () => {
    const host = hostWith(1);
    const emission = open(new Numbers(2), host);
    expect(host.waits).toHaveLength(1);
    await quiet();
    expect([host.waits.length, emission.held]).toEqual([0, 1]);
    expect(await takeAll(emission)).toEqual([0, 1]);
    expect(host.waits).toEqual([]);
  });

  test('one that is told that its time is up fails after what it gave, and gives its slot back though its maker never answers', async () => {
    const host = hostWith(2);
    const error = new TimeoutError('too long');
    async function* stuck(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    const emission = emissionOf({ kind: 'asyncGenerator', iterator: stuck() }, host);
    await quiet();
    host.waits[0]!.timedOut(error);
    expect(emission.take()).toBe(1);
    expect(() => emission.take()).toThrow(error);
    expect(emission.take()).toBe(OVER);
    expect(host.told.filter((what) => what === 'settled')).toHaveLength(1);
    expect([host.ahead.acquire(() => undefined), host.ahead.acquire(() => undefined)]).toEqual([true, true]);
  });

  test.each([
    ['its end', undefined],
    ['an error', new RangeError('broken')],
  ])('R2 %s is no item that it holds', async (_, error) => {
    const emission = open(new Numbers(2, error), hostWith(4));
    await quiet();
    expect(emission.held).toBe(2);
    emission.take();
    emission.take();
    expect(emission.held).toBe(0);
  });

  test('goes on ahead while there are slots, then pauses', async () => {
    const numbers = new Numbers(10);
    const emission = open(numbers, hostWith(3));
    await quiet();
    expect(numbers.asked).toBe(3);
    expect(emission.held).toBe(3);
    expect(emission.take()).toBe(0);
    await quiet();
    expect(numbers.asked).toBe(4);
    expect(await takeAll(emission)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('without slots it is pulled by take, one at a time', async () => {
    const numbers = new Numbers(3);
    const host = hostWith(0);
    const emission = open(numbers, host);
    await quiet();
    expect(numbers.asked).toBe(0);
    expect(emission.take()).toBe(PENDING);
    expect(emission.take()).toBe(PENDING);
    await quiet();
    expect(numbers.asked).toBe(1);
    expect(host.told).toEqual(['wake']);
    expect(await takeAll(emission)).toEqual([0, 1, 2]);
    expect(numbers.asked).toBe(3);
  });

  test('emissions share the slots, and all of them are given back', async () => {
    const ahead = new AheadSlots(4);
    const emissions = Array.from({ length: 3 }, () => open(new Numbers(20), hostWith(ahead)));
    await quiet();
    expect(emissions.reduce((sum, { held }) => sum + held, 0)).toBe(4);
    for (const emission of emissions) expect(await takeAll(emission)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    const taken = [1, 2, 3, 4, 5].map(() => ahead.acquire(() => undefined));
    expect(taken).toEqual([true, true, true, true, false]);
  });

  test('an error comes after what was emitted, once', async () => {
    const error = new Error('broken');
    const host = hostWith(5);
    const emission = open(new Numbers(2, error), host);
    await quiet();
    expect([emission.take(), emission.take()]).toEqual([0, 1]);
    expect(() => emission.take()).toThrow(error);
    expect(emission.take()).toBe(OVER);
    expect(host.told.filter((what) => what === 'settled')).toHaveLength(1);
  });

  test('a cancel returns the maker, drops what is held, gives the slots back and tells of nothing later', async () => {
    const ahead = new AheadSlots(2);
    const numbers = new Numbers(10);
    const host = hostWith(ahead);
    const emission = open(numbers, host);
    await quiet();
    host.told.length = 0;
    emission.cancel();
    emission.cancel();
    await quiet();
    expect(numbers.returned).toBe(1);
    expect(emission.held).toBe(0);
    expect(emission.take()).toBe(OVER);
    expect(host.told).toEqual(['settled']);
    expect([ahead.acquire(() => undefined), ahead.acquire(() => undefined)]).toEqual([true, true]);
  });

  test('a cancel does not wait for a maker that waits in next()', async () => {
    const host = hostWith(1);
    const waiting = (async function* () {
      await new Promise(() => undefined);
      yield 1;
    })();
    const emission = emissionOf({ kind: 'asyncGenerator', iterator: waiting }, host);
    emission.cancel();
    expect(host.told).toEqual(['settled']);
    expect(emission.take()).toBe(OVER);
  });

  test('what comes of a next() after the cancel is dropped', async () => {
    const ahead = new AheadSlots(1);
    const host = hostWith(ahead);
    const emission = open(new Numbers(3), host);
    emission.cancel();
    await quiet();
    expect(emission.held).toBe(0);
    expect(host.told).toEqual(['settled']);
    expect(ahead.acquire(() => undefined)).toBe(true);
  });
});

describe('AheadSlots', () => {
  test('a slot that the first who waits does not want any more goes to the next', () => {
    const ahead = new AheadSlots(1);
    const took: string[] = [];
    ahead.acquire(() => undefined);
    ahead.acquire(() => took.push('indifferent'));
    const eager = (): void => {
      if (ahead.acquire(eager)) took.push('eager');
    };
    eager();
    ahead.giveBack();
    expect(took).toEqual(['indifferent', 'eager']);
    expect(ahead.acquire(() => undefined)).toBe(false);
  });

  test('who waits twice is called once', () => {
    const ahead = new AheadSlots(0);
    let calls = 0;
    const retry = (): void => {
      calls += 1;
    };
    ahead.acquire(retry);
    ahead.acquire(retry);
    ahead.giveBack();
    ahead.giveBack();
    expect(calls).toBe(1);
  });
});
