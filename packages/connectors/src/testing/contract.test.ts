import { describe, expect, test } from '@jest/globals';
import type { Pull, Sink, Source, Writer } from '@millrace/core';
import { ContractError, type SinkContractCase, type SourceContractCase, sinkContract, sourceContract } from './index.js';

/** The names of the checks that fail, without what stands before the colon, and why. */
async function failures(checks: readonly { readonly name: string; readonly run: () => Promise<void> }[]) {
  const failed = new Map<string, string>();
  for (const { name, run } of checks) {
    await run().catch((error) => failed.set(name.slice(name.indexOf(': ') + 2), String(error)));
  }
  return failed;
}
const named = <Check extends { readonly name: string }>(what: string, checks: readonly Check[]) =>
  checks.filter(({ name }) => name.endsWith(`: ${what}`));
const namesOf = (checks: readonly { readonly name: string }[]) => checks.map(({ name }) => name.slice(name.indexOf(': ') + 2));

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

/** A sink into memory, and what can be wrong with one. */
class Target {
  content: number[] | undefined;
  open = 0;
  isBroken = false;

  writer(): Writer<number> {
    const held: number[] = [];
    this.open++;
    return {
      write: async (items, { signal }) => {
        signal.throwIfAborted();
        const index = items.indexOf(-1);
        if (index !== -1) throw Object.assign(new RangeError('negative'), { index });
        held.push(...items);
      },
      commit: async () => {
        if (this.isBroken) throw new Error('the commit failed');
        this.content = held;
        this.open--;
      },
      abort: async () => {
        this.open--;
      },
    };
  }

  sink(overrides: Partial<Writer<number>> = {}): Sink<number> {
    return {
      name: 'memory',
      check: async () => {},
      open: async ({ signal }) => {
        signal.throwIfAborted();
        return { ...this.writer(), ...overrides };
      },
    };
  }

  unreachable(): Sink<number> {
    const refuse = async () => {
      throw new Error('not there');
    };
    return { name: 'memory', check: refuse, open: refuse };
  }

  case(overrides: Partial<SinkContractCase<number>> = {}): SinkContractCase<number> {
    return {
      name: 'memory.write',
      sink: () => this.sink(),
      items: [1, 2, 3],
      written: async () => this.content,
      reset: () => {
        this.content = undefined;
        this.isBroken = false;
      },
      bad: -1,
      unreachable: () => this.unreachable(),
      breakCommit: () => {
        this.isBroken = true;
      },
      openHandles: () => this.open,
      timeoutMs: 300,
      ...overrides,
    };
  }
}

/** A sink whose writer is made of a good one. */
function changed(target: Target, change: (writer: Writer<number>) => Partial<Writer<number>>): Partial<SinkContractCase<number>> {
  return {
    sink: () => ({
      ...target.sink(),
      open: async ({ signal }) => {
        signal.throwIfAborted();
        const writer = target.writer();
        return { ...writer, ...change(writer) };
      },
    }),
  };
}

type BrokenSink = (target: Target) => SinkContractCase<number>;

const brokenSinks: readonly [check: string, fault: string, broken: BrokenSink, says: string][] = [
  [
    'its check passes where it can be written, and writes nothing',
    'a check that writes',
    (target) =>
      target.case({
        sink: () => ({
          ...target.sink(),
          check: async () => {
            target.content = [];
          },
        }),
      }),
    'what is there after the check: expected undefined, got []',
  ],
  [
    'what was written is there at the commit, all of it and in order',
    'a write that loses an item',
    (target) => target.case(changed(target, (writer) => ({ write: (items, context) => writer.write(items.slice(1), context) }))),
    'what is there: expected [ 1, 2, 3 ], got [ 2 ]',
  ],
  [
    'writes at once are there at the commit, each whole and in order',
    'a write that is lost while another is under way',
    (target) =>
      target.case(
        changed(target, (writer) => {
          let isBusy = false;
          return {
            write: async (items, context) => {
              if (isBusy) return;
              isBusy = true;
              await new Promise(setImmediate);
              await writer.write(items, context);
              isBusy = false;
            },
          };
        }),
      ),
    'what is there: expected [ 1, 2, 3 ], got [ 1, 2 ]',
  ],
  [
    'before the commit others see what they should',
    'a write that is seen before the commit',
    (target) =>
      target.case(
        changed(target, (writer) => ({
          write: async (items, context) => {
            await writer.write(items, context);
            target.content = [...items];
          },
        })),
      ),
    'what is there before the commit: expected undefined, got [ 1, 2, 3 ]',
  ],
  [
    'before the commit others see what they should',
    'a write that is not seen, where it should be',
    (target) => target.case({ visibleAt: 'write' }),
    'what is there: expected [ 1, 2, 3 ], got undefined',
  ],
  [
    'a run without items commits',
    'a commit of nothing that fails',
    (target) =>
      target.case(
        changed(target, () => ({
          commit: async () => {
            throw new Error('nothing to commit');
          },
        })),
      ),
    'nothing to commit',
  ],
  [
    'an abort leaves nothing, or what was visible before',
    'an abort that commits',
    (target) => target.case(changed(target, (writer) => ({ abort: () => writer.commit() }))),
    'what is there after an abort: expected undefined, got [ 1, 2, 3 ]',
  ],
  [
    'an abort right after the opening leaves nothing',
    'an abort that never ends',
    (target) => target.case(changed(target, () => ({ abort: () => new Promise(() => {}) }))),
    'abort: still pending after 300 ms',
  ],
  [
    'a signal that has aborted refuses the opening with its reason',
    'an opening that is deaf to its signal',
    (target) => target.case({ sink: () => ({ ...target.sink(), open: async () => target.writer() }) }),
    'the opening: it must reject, but did not',
  ],
  [
    'a signal that has aborted refuses a write with its reason',
    'a write that is deaf to its signal',
    (target) =>
      target.case(
        changed(target, (writer) => ({ write: (items) => writer.write(items, { signal: new AbortController().signal }) })),
      ),
    'the write: it must reject, but did not',
  ],
  [
    'two openings, one after the other, are independent',
    'openings that share a writer',
    (target) => {
      let items: number[] = [];
      const keep = async (more: readonly number[]) => {
        items = [...items, ...more];
      };
      const sink = target.sink({
        write: keep,
        commit: async () => {
          target.content = items;
          target.open--;
        },
        abort: async () => {
          items = [9];
          target.open--;
        },
      });
      return target.case({ sink: () => sink });
    },
    'what is there: expected [ 1, 2, 3 ], got [ 9, 1, 2, 3 ]',
  ],
  [
    'a write that fails counts as not written, and may be repeated without the bad item',
    'a write that fails half done',
    (target) =>
      target.case(
        changed(target, (writer) => ({
          write: async (items, context) => {
            for (const item of items) await writer.write([item], context);
          },
        })),
      ),
    'the error blames item 0 of the batch, and item 1 is bad',
  ],
  [
    'a write that fails counts as not written, and may be repeated without the bad item',
    'a bad item that is written',
    (target) => target.case({ bad: 4 }),
    'the write of a bad item: it must reject, but did not',
  ],
  [
    'its check fails, and so does its opening, where it cannot be written',
    'a check that sees nothing',
    (target) => target.case({ unreachable: () => ({ ...target.unreachable(), check: async () => {} }) }),
    'check: it must reject, but did not',
  ],
  [
    'its check fails, and so does its opening, where it cannot be written',
    'an opening of what is not there',
    (target) => target.case({ unreachable: () => ({ ...target.sink(), check: target.unreachable().check! }) }),
    'the opening: it must reject, but did not',
  ],
  [
    'a commit that fails rejects, and may be followed by an abort',
    'a commit that says nothing of its failure',
    (target) => target.case({ breakCommit: () => {} }),
    'the commit: it must reject, but did not',
  ],
  [
    'a commit that fails rejects, and may be followed by an abort',
    'a failed commit that leaves something open',
    (target) => target.case(changed(target, () => ({ abort: async () => {} }))),
    'after the check: 1 more handles are open',
  ],
];

describe('sinkContract', () => {
  test('a sink that does what it must passes all checks', async () => {
    expect(await failures(sinkContract(new Target().case()))).toEqual(new Map());
  });

  test.each(brokenSinks)('%s: fails for %s', async (check, _, broken, says) => {
    const failed = await failures(named(check, sinkContract(broken(new Target()))));
    expect(failed.get(check)).toContain(says);
  });

  test('every check can fail', () => {
    expect(new Set(brokenSinks.map(([check]) => check))).toEqual(new Set(namesOf(sinkContract(new Target().case()))));
  });

  test('a failure is an error of its own, with a code', async () => {
    const broken = sinkContract(new Target().case({ bad: 4 }));
    const errors: unknown[] = [];
    for (const { run } of broken) await run().catch((error) => errors.push(error));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(ContractError);
    expect(errors[0]).toMatchObject({ code: 'ERR_CONTRACT' });
  });
});
