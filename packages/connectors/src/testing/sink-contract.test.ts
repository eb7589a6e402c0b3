import { describe, expect, test } from '@jest/globals';
import type { Sink, Writer } from '@millrace/core';
import { failures, named, namesOf } from './contract-check.fixture.js';
import { ContractError, type SinkContractCase, sinkContract } from './index.js';

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
