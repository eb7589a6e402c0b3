import { describe, expect, test } from '@jest/globals';
import type { Pull, Source } from '@millrace/core';
import { failures, named, namesOf } from './contract-check.fixture.js';
import { type SourceContractCase, sourceContract } from './index.js';

/** A source in memory, and what can be wrong with one. */
class Memory {
  open = 0;
  taken = 0;
  readonly items = [1, 2, 3, 4, 5];

  async *pulls(items: readonly number[], signal: AbortSignal): AsyncGenerator<Pull<number>, void, undefined> {
    signal.throwIfAborted();
    this.open++;
    try {
      for (let first = 0; first < items.length; first += 2) {
        signal.throwIfAborted();
        this.taken++;
        yield { items: items.slice(first, first + 2), origin: (index) => `memory:${first + index}` };
      }
    } finally {
      this.open--;
    }
  }

  source(open: Source<number>['open'] = ({ signal }) => this.pulls(this.items, signal)): Source<number> {
    return { name: 'memory', maxPull: 2, check: async () => {}, open };
  }

  async *corrupt(signal: AbortSignal, origin?: string) {
    yield* this.pulls([1, 2], signal);
    throw Object.assign(new Error('malformed'), origin === undefined ? {} : { origin });
  }

  async *waiting(signal: AbortSignal) {
    yield* this.pulls([1], signal);
    signal.throwIfAborted();
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  }

  refusing(): Source<number> {
    const refuse = async (): Promise<never> => {
      throw new Error('not there');
    };
    return { ...this.source(() => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) })), check: refuse };
  }

  case(overrides: Partial<SourceContractCase<number>> = {}): SourceContractCase<number> {
    const many = Array.from({ length: 100 }, (_, index) => index);
    return {
      name: 'memory.read',
      source: () => this.source(),
      expected: this.items,
      corrupt: {
        source: () => this.source(({ signal }) => this.corrupt(signal, 'memory:2')),
        before: [1, 2],
        origin: 'memory:2',
      },
      missing: () => this.refusing(),
      waiting: { source: () => this.source(({ signal }) => this.waiting(signal)), before: [1] },
      long: {
        source: () => {
          this.taken = 0;
          return this.source(({ signal }) => this.pulls(many, signal));
        },
        taken: () => this.taken,
        atMost: 1,
      },
      openHandles: () => this.open,
      timeoutMs: 300,
      ...overrides,
    };
  }
}

/** An iterator whose return() does nothing. */
function deaf(pulls: AsyncGenerator<Pull<number>, void, undefined>): AsyncIterable<Pull<number>> {
  return { [Symbol.asyncIterator]: () => ({ next: () => pulls.next(), return: async () => ({ done: true, value: undefined }) }) };
}

type BrokenSource = (memory: Memory) => SourceContractCase<number>;

const brokenSources: readonly [check: string, fault: string, broken: BrokenSource, says: string][] = [
  [
    'its check passes where it can be read',
    'a check that fails',
    (memory) => memory.case({ source: () => ({ ...memory.source(), check: memory.refusing().check! }) }),
    'not there',
  ],
  [
    'the expected items come in order, in pulls that are neither empty nor too large',
    'an item that is lost',
    (memory) => memory.case({ source: () => memory.source(({ signal }) => memory.pulls([1, 2, 3, 4], signal)) }),
    'the items: expected [ 1, 2, 3, 4, 5 ], got [ 1, 2, 3, 4 ]',
  ],
  [
    'the expected items come in order, in pulls that are neither empty nor too large',
    'an empty pull',
    (memory) =>
      memory.case({
        source: () =>
          memory.source(async function* ({ signal }) {
            yield* memory.pulls(memory.items, signal);
            yield { items: [] };
          }),
      }),
    'a pull is empty',
  ],
  [
    'the expected items come in order, in pulls that are neither empty nor too large',
    'a pull that is too large',
    (memory) => memory.case({ source: () => ({ ...memory.source(), maxPull: 1 }) }),
    'a pull has 2 items, more than its maxPull of 1',
  ],
  [
    'an origin is a text',
    'an origin that says nothing',
    (memory) =>
      memory.case({
        source: () =>
          memory.source(async function* ({ signal }) {
            for await (const { items } of memory.pulls(memory.items, signal)) yield { items, origin: () => '' };
          }),
      }),
    'the origin of the first item is no text',
  ],
  [
    'two openings read independently',
    'openings that share what they read',
    (memory) =>
      memory.case({
        source: () => {
          const shared = memory.pulls(memory.items, new AbortController().signal);
          return memory.source(() => deaf(shared));
        },
      }),
    'the items of a second opening',
  ],
  [
    'return() before the first pull ends it',
    'a return() that does nothing',
    (memory) => memory.case({ source: () => memory.source(({ signal }) => deaf(memory.pulls(memory.items, signal))) }),
    'done, when it is pulled after return(): expected true, got false',
  ],
  [
    'return() between pulls ends it and releases what it holds',
    'a return() that leaves something open',
    (memory) =>
      memory.case({
        source: () =>
          memory.source(async function* ({ signal }) {
            memory.open++;
            yield* memory.pulls(memory.items, signal);
            memory.open--;
          }),
      }),
    'after return(): 1 more handles are open',
  ],
  [
    'an abort before the opening ends the first pull with its reason',
    'a source that is deaf to its signal',
    (memory) => memory.case({ source: () => memory.source(() => memory.pulls(memory.items, new AbortController().signal)) }),
    'the first pull: it must reject, but did not',
  ],
  [
    'an abort between pulls ends one of the next with its reason, or the reading',
    'another error than the reason of the abort',
    (memory) =>
      memory.case({
        source: () =>
          memory.source(async function* ({ signal }) {
            try {
              yield* memory.pulls(memory.items, signal);
            } catch {
              throw new Error('another error');
            }
          }),
      }),
    'another error',
  ],
  [
    'its check fails, and so does its opening, where it cannot be read',
    'a check that sees nothing',
    (memory) => memory.case({ missing: () => ({ ...memory.refusing(), check: async () => {} }) }),
    'check: it must reject, but did not',
  ],
  [
    'its check fails, and so does its opening, where it cannot be read',
    'an opening that reads nothing from what is missing',
    (memory) => memory.case({ missing: () => ({ ...memory.refusing(), open: ({ signal }) => memory.pulls([], signal) }) }),
    'the first pull: it must reject, but did not',
  ],
  [
    'bad input is an error with its place, after the items before it',
    'an error without a place',
    (memory) =>
      memory.case({
        corrupt: { source: () => memory.source(({ signal }) => memory.corrupt(signal)), before: [1, 2], origin: /:2$/ },
      }),
    'the origin of the error: expected /:2$/, got undefined',
  ],
  [
    'bad input is an error with its place, after the items before it',
    'bad input that is passed over',
    (memory) => memory.case({ corrupt: { source: () => memory.source(), before: [1, 2], origin: 'memory:2' } }),
    'reading bad input: it must reject, but did not',
  ],
  [
    'an abort ends a pending pull at once',
    'a pull that an abort does not end',
    (memory) =>
      memory.case({
        waiting: { source: () => memory.source(() => memory.waiting(new AbortController().signal)), before: [1] },
      }),
    'a pull: still pending after 300 ms',
  ],
  [
    'it takes no more than it may while nobody reads',
    'a source that reads ahead',
    (memory) =>
      memory.case({
        long: {
          source: () => {
            memory.taken = 0;
            return memory.source(async function* ({ signal }) {
              const all: Pull<number>[] = [];
              for await (const pull of memory.pulls(memory.items, signal)) all.push(pull);
              yield* all;
            });
          },
          taken: () => memory.taken,
          atMost: 1,
        },
      }),
    '3 were taken for one pull that was read, which is more than 1',
  ],
];

describe('sourceContract', () => {
  test('a source that does what it must passes all checks', async () => {
    const memory = new Memory();
    expect(await failures(sourceContract(memory.case()))).toEqual(new Map());
  });

  test.each(brokenSources)('%s: fails for %s', async (check, _, broken, says) => {
    const failed = await failures(named(check, sourceContract(broken(new Memory()))));
    expect(failed.get(check)).toContain(says);
  });

  test('every check can fail', () => {
    expect(new Set(brokenSources.map(([check]) => check))).toEqual(new Set(namesOf(sourceContract(new Memory().case()))));
  });

  test('something that is left open fails whatever check left it', async () => {
    const memory = new Memory();
    const leaking = memory.source(async function* ({ signal }) {
      memory.open++;
      yield* memory.pulls(memory.items, signal);
    });
    const checks = sourceContract({
      name: 'leaking',
      source: () => leaking,
      expected: memory.items,
      openHandles: () => memory.open,
    });
    const failed = await failures(named('two openings read independently', checks));
    expect(failed.get('two openings read independently')).toContain('after the check: 2 more handles are open');
  });

  test('parts of the case that are absent leave out their checks', () => {
    const memory = new Memory();
    expect(sourceContract({ name: 'few', source: () => memory.source(), expected: memory.items })).toHaveLength(8);
  });
});
