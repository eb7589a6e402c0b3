import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Edge } from '../../queue/index.js';
import { type Emission, OVER, PENDING } from '../emission.js';
import { OrderedWindow } from './ordered-window.js';
import { UnorderedWindow } from './unordered-window.js';
import type { Window } from './window.js';

/** Outputs that the test makes available one by one. */
class ScriptedEmission implements Emission {
  readonly #arrived: unknown[] = [];
  cancelled = 0;

  get held(): number {
    return this.#arrived.length;
  }

  arrive(...outputs: unknown[]): this {
    this.#arrived.push(...outputs);
    return this;
  }

  readonly take = (): unknown => {
    if (this.#arrived.length === 0) return PENDING;
    const output = this.#arrived.shift();
    if (output instanceof Error) throw output;
    return output;
  };
  readonly cancel = (): void => {
    this.cancelled += 1;
  };
}

/** A window between a list of items and an edge. */
class Bench {
  readonly edge: Edge;
  readonly window: Window;
  readonly released: number[] = [];
  readonly failed: { readonly slot: number; readonly error: unknown; readonly outputs: number }[] = [];
  /** Slot of each item, by its position. */
  readonly slots: number[] = [];

  constructor(window: Window, capacity = 1000) {
    this.window = window;
    this.edge = new Edge(capacity);
  }

  admit(count: number): this {
    for (let i = 0; i < count; i += 1) this.slots.push(this.window.admit(`in ${this.slots.length}`, this.slots.length));
    return this;
  }

  release(): void {
    this.window.release(this.edge, {
      released: (outputs) => this.released.push(outputs),
      failed: (slot, error, outputs) => this.failed.push({ slot, error, outputs }),
      overdue: () => false,
      again: () => undefined,
    });
  }

  /** Takes everything out of the edge. */
  out(): unknown[] {
    const outputs: unknown[] = [];
    while (this.edge.length > 0) outputs.push(this.edge.shift());
    return outputs;
  }
}

const windows: [string, (size: number) => Window][] = [
  ['an ordered window', (size) => new OrderedWindow(size)],
  ['an unordered window', (size) => new UnorderedWindow(size)],
];

describe.each(windows)('%s', (_, make) => {
  test('keeps an input until its output takes its place', () => {
    const bench = new Bench(make(2)).admit(2);
    expect(bench.window.item(bench.slots[1]!)).toBe('in 1');
    expect(bench.window.position(bench.slots[1]!)).toBe(1);
    bench.window.value(bench.slots[0]!, 'out 0');
    expect(bench.window.item(bench.slots[1]!)).toBe('in 1');
  });

  test('S2 an item holds its place until its last output was accepted', () => {
    const bench = new Bench(make(2), 1).admit(2);
    for (const slot of bench.slots) bench.window.value(slot, `out ${slot}`);
    bench.release();
    expect([bench.window.admitted, bench.released]).toEqual([1, [1]]);
    expect(bench.window.releasable).toBe(true);
    bench.out();
    bench.release();
    expect([bench.window.admitted, bench.released]).toEqual([0, [1, 1]]);
    expect(bench.window.releasable).toBe(false);
  });

  test('what looks like nothing is an output; none is none', () => {
    const bench = new Bench(make(4)).admit(4);
    [undefined, null, 0].forEach((output, i) => {
      bench.window.value(bench.slots[i]!, output);
    });
    bench.window.none(bench.slots[3]!);
    bench.release();
    expect(bench.out()).toEqual([undefined, null, 0]);
    expect(bench.released).toEqual([1, 1, 1, 0]);
  });

  test('outputs of an expansion come as they arrive, with the position of their item', () => {
    const bench = new Bench(make(2)).admit(1);
    const emission = new ScriptedEmission().arrive('a', undefined);
    bench.window.many(bench.slots[0]!, emission);
    bench.release();
    expect(bench.out()).toEqual(['a', undefined]);
    expect(bench.edge.position).toBe(0);
    expect([bench.window.admitted, bench.released]).toEqual([1, []]);
    emission.arrive('b', OVER);
    bench.release();
    expect(bench.out()).toEqual(['b']);
    expect([bench.window.admitted, bench.released]).toEqual([0, [3]]);
  });

  test('an expansion without outputs is an item without output', () => {
    const bench = new Bench(make(2)).admit(1);
    bench.window.many(bench.slots[0]!, new ScriptedEmission().arrive(OVER));
    bench.release();
    expect(bench.released).toEqual([0]);
  });

  test('release stops when the edge is full, in the midst of an expansion too', () => {
    const bench = new Bench(make(2), 2).admit(1);
    const emission = new ScriptedEmission().arrive(1, 2, 3, OVER);
    bench.window.many(bench.slots[0]!, emission);
    bench.release();
    expect([bench.edge.length, emission.held]).toEqual([2, 2]);
    expect(bench.out()).toEqual([1, 2]);
    bench.release();
    expect(bench.out()).toEqual([3]);
    expect(bench.released).toEqual([3]);
  });

  test('an expansion that breaks off is told once, after its outputs', () => {
    const error = new Error('broken');
    const bench = new Bench(make(2)).admit(1);
    bench.window.many(bench.slots[0]!, new ScriptedEmission().arrive(1, error, 2));
    bench.release();
    expect(bench.out()).toEqual([1]);
    expect(bench.failed).toEqual([{ slot: bench.slots[0], error, outputs: 1 }]);
    expect(bench.released).toEqual([]);
  });

  test('an expansion that fails before its first output leaves its input, and its place can be filled again', () => {
    const error = new Error('broken');
    const bench = new Bench(make(2)).admit(2);
    const emission = new ScriptedEmission();
    bench.window.many(bench.slots[0]!, emission);
    expect(bench.window.item(bench.slots[0]!)).toBe('in 0');
    emission.arrive(error);
    bench.release();
    expect(bench.failed).toEqual([{ slot: bench.slots[0], error, outputs: 0 }]);
    expect([bench.window.item(bench.slots[0]!), bench.window.position(bench.slots[0]!)]).toEqual(['in 0', 0]);
    bench.release();
    bench.window.value(bench.slots[0]!, 'second attempt');
    bench.window.value(bench.slots[1]!, 'other');
    bench.release();
    expect(bench.out()).toEqual(['second attempt', 'other']);
    expect([bench.window.admitted, bench.window.releasable]).toEqual([0, false]);
    bench.admit(2);
    bench.release();
    expect(bench.window.admitted).toBe(2);
  });

  test('an input is forgotten with the first output of its expansion', () => {
    const bench = new Bench(make(1)).admit(1);
    const emission = new ScriptedEmission();
    bench.window.many(bench.slots[0]!, emission);
    emission.arrive('a', 'b');
    expect(bench.window.held).toBe(2);
    bench.release();
    expect([bench.window.item(bench.slots[0]!), bench.window.held]).toEqual([undefined, 0]);
  });

  test('the first output of an expansion lies in the place of its item; what is held counts the others', () => {
    const bench = new Bench(make(3)).admit(3);
    bench.window.many(bench.slots[1]!, new ScriptedEmission().arrive(1, 2, 3));
    bench.window.many(bench.slots[2]!, new ScriptedEmission());
    expect([bench.window.admitted, bench.window.held]).toEqual([3, 2]);
  });

  test('knows the lowest position in it; items without one do not count', () => {
    const bench = new Bench(make(4));
    expect(bench.window.lowestPosition(0)).toBeUndefined();
    bench.window.admit('later', 7);
    bench.window.admit('unknown', -1);
    expect(bench.window.lowestPosition(0)).toBe(7);
    bench.window.admit('earlier', 5);
    expect(bench.window.lowestPosition(0)).toBe(5);
  });

  test('clear cancels every emission and forgets the rest', () => {
    const bench = new Bench(make(3)).admit(3);
    const emission = new ScriptedEmission().arrive(1);
    bench.window.many(bench.slots[0]!, emission);
    bench.window.value(bench.slots[1]!, 1);
    bench.window.clear();
    expect(emission.cancelled).toBe(1);
    expect([bench.window.admitted, bench.window.held, bench.window.lowestPosition(0)]).toEqual([0, 0, undefined]);
    bench.release();
    expect(bench.out()).toEqual([]);
    bench.admit(3);
    expect(bench.window.admitted).toBe(3);
  });
});

describe('an ordered window', () => {
  test('S3 releases in the order of admission, whatever settles first', () => {
    const bench = new Bench(new OrderedWindow(4)).admit(4);
    for (const i of [3, 1, 2]) bench.window.value(bench.slots[i]!, i);
    bench.release();
    expect(bench.out()).toEqual([]);
    expect(bench.window.releasable).toBe(false);
    bench.window.value(bench.slots[0]!, 0);
    expect(bench.window.releasable).toBe(true);
    bench.release();
    expect(bench.out()).toEqual([0, 1, 2, 3]);
  });

  test('S3 an item without output closes its gap', () => {
    const bench = new Bench(new OrderedWindow(3)).admit(3);
    bench.window.none(bench.slots[1]!);
    bench.window.value(bench.slots[2]!, 2);
    bench.window.none(bench.slots[0]!);
    bench.release();
    expect(bench.out()).toEqual([2]);
    expect(bench.released).toEqual([0, 0, 1]);
  });

  test('an expansion that pauses holds those behind it', () => {
    const bench = new Bench(new OrderedWindow(2)).admit(2);
    const emission = new ScriptedEmission().arrive('a');
    bench.window.value(bench.slots[1]!, 'behind');
    bench.window.many(bench.slots[0]!, emission);
    bench.release();
    expect(bench.out()).toEqual(['a']);
    emission.arrive(OVER);
    bench.release();
    expect(bench.out()).toEqual(['behind']);
  });
});

describe('an unordered window', () => {
  test('S3 releases as items settle; a slow one holds its own place alone', () => {
    const bench = new Bench(new UnorderedWindow(2)).admit(2);
    bench.window.value(bench.slots[1]!, 'fast');
    bench.release();
    expect(bench.out()).toEqual(['fast']);
    for (let i = 2; i < 10; i += 1) {
      bench.admit(1);
      bench.window.value(bench.slots[i]!, i);
      bench.release();
    }
    expect(bench.out()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(bench.window.admitted).toBe(1);
    expect(bench.window.item(bench.slots[0]!)).toBe('in 0');
  });

  test('an expansion that pauses holds nobody', () => {
    const bench = new Bench(new UnorderedWindow(2)).admit(2);
    const emission = new ScriptedEmission().arrive('a');
    bench.window.many(bench.slots[0]!, emission);
    bench.window.value(bench.slots[1]!, 'other');
    bench.release();
    emission.arrive('b', OVER);
    bench.release();
    expect(bench.out()).toEqual(['other', 'a', 'b']);
  });
});

describe.each(windows)('%s, whatever happens', (name, make) => {
  const ordered = name === 'an ordered window';
  const action = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('admit' as const), pick: fc.nat(), outputs: fc.nat(4) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick: fc.nat(), outputs: fc.nat(4) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), pick: fc.nat(3), outputs: fc.constant(0) }) },
  );

  test('loses nothing, doubles nothing, keeps the order of each item, and its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }), fc.array(action), (size, capacity, actions) => {
        const bench = new Bench(make(size), capacity);
        const running: number[] = [];
        const expected: string[][] = [];
        const read: unknown[] = [];
        const settle = (position: number, outputs: number): void => {
          const texts = Array.from({ length: outputs }, (_, i) => `${position}.${i}`);
          expected[position] = texts;
          const slot = bench.slots[position]!;
          if (outputs === 0) bench.window.none(slot);
          else if (outputs === 1) bench.window.value(slot, texts[0]);
          else bench.window.many(slot, new ScriptedEmission().arrive(...texts, OVER));
        };
        for (const { kind, pick, outputs } of actions) {
          if (kind === 'admit' && bench.window.admitted < size) {
            running.push(bench.slots.length);
            bench.admit(1);
          }
          if (kind === 'settle' && running.length > 0) settle(running.splice(pick % running.length, 1)[0]!, outputs);
          for (let i = 0; i < pick && kind === 'read' && bench.edge.length > 0; i += 1) read.push(bench.edge.shift());
          bench.release();
          expect(bench.window.admitted).toBeLessThanOrEqual(size);
          expect(bench.edge.length).toBeLessThanOrEqual(capacity);
        }
        for (const position of running) settle(position, 1);
        while (bench.window.admitted > 0 || bench.edge.length > 0) {
          bench.release();
          read.push(...bench.out());
        }
        if (ordered) expect(read).toEqual(expected.flat());
        const byItem = expected.map((_, position) => read.filter((text) => String(text).startsWith(`${position}.`)));
        expect(byItem).toEqual(expected);
        expect(read).toHaveLength(expected.flat().length);
        expect(bench.released.reduce((sum, outputs) => sum + outputs, 0)).toBe(read.length);
      }),
      { numRuns: 200 },
    );
  });
});
