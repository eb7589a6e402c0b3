import { expect, test } from '@jest/globals';
import { type Batch, WorkerDeathError } from '@millrace/workers';
import { pack } from '../codec/codec.js';
import { ThrownDecoder } from '../wire/remote-error.js';
import type { ReplyFrame } from './in-flight.js';
import { JobEntry } from './job-entry.js';

const thrown = new ThrownDecoder();
const death = new WorkerDeathError('x', {});

function entryOf(maxLanes: number): { readonly entry: JobEntry<Batch>; readonly calls: string[] } {
  const calls: string[] = [];
  let number = 0;
  const entry = new JobEntry<Batch>({
    id: 1,
    job: {
      spec: undefined,
      maxLanes,
      maxBatch: 8,
      take: () => ({ items: [1, 2] }),
      reply: (_, { values, counts, failures, more }) =>
        calls.push(`${more ? 'more' : 'reply'} ${[values, counts, failures?.length]}`),
      lost: (_, suspect, { name }) => calls.push(`lost ${suspect} ${name}`),
      broken: ({ message }) => calls.push(`broken ${message}`),
    },
    nextBatch: () => ++number,
    onOver: async (how) => {
      calls.push(how);
      return [];
    },
  });
  return { entry, calls };
}

const reply = (batch: number, more: boolean): ReplyFrame => ({
  kind: 'reply',
  batch,
  values: { kind: 'clones', values: [1] },
  counts: [1],
  failures: undefined,
  more,
  busyMs: 1,
});

test('a job holds no more lanes than it may, paused batches counted', () => {
  const { entry } = entryOf(1);
  const first = entry.take(0)!;
  expect([entry.mayUse(0), entry.mayUse(1)]).toEqual([true, false]);
  first.reply(reply(first.number, true), thrown);
  expect([entry.mayUse(0), entry.mayUse(1)]).toEqual([true, false]);
  first.reply(reply(first.number, false), thrown);
  const second = entry.take(1)!;
  expect([entry.mayUse(0), entry.mayUse(1)]).toEqual([false, true]);
  second.lost({ batch: second.number, index: 0, exact: true }, death, death, true);
  expect([entry.mayUse(0), entry.mayUse(1)]).toEqual([true, true]);
});

test('a broken job is told once, and nothing after it', () => {
  const { entry, calls } = entryOf(2);
  const [first, second] = [entry.take(0)!, entry.take(1)!];
  entry.broken(new Error('x'));
  entry.broken(new Error('y'));
  first.reply(reply(first.number, false), thrown);
  second.lost('none', death, death, true);
  expect(calls).toEqual(['broken', 'broken x']);
});

test('a lane is asked to hold its share of what waits, and no more than its ration', () => {
  const asked: number[] = [];
  let waiting = 1000;
  const entry = new JobEntry<Batch>({
    id: 1,
    job: {
      ...{ spec: undefined, maxLanes: 2, maxBatch: 8 },
      take: (max) => {
        asked.push(max);
        return { items: Array.from({ length: max }) };
      },
      waiting: () => waiting,
      ...{ reply: () => {}, lost: () => {}, broken: () => {} },
    },
    nextBatch: () => asked.length,
    onOver: async () => [],
  });
  const run = (ration?: number): void => {
    const flight = entry.take(0, ration)!;
    const items = flight.items.length;
    flight.reply(
      {
        kind: 'reply',
        batch: 0,
        values: { kind: 'clones', values: flight.items },
        counts: undefined,
        failures: undefined,
        more: false,
        busyMs: items,
      },
      thrown,
    );
  };
  for (let i = 0; i < 4; i += 1) run();
  waiting = 5;
  run();
  run(2);
  expect(asked).toEqual([1, 2, 4, 8, 3, 2]);
});

test('a lane is asked for fewer rows once it is known how large they are', () => {
  const askedFor = (length: number): readonly number[] => {
    const asked: number[] = [];
    const entry = new JobEntry<Batch>({
      id: 1,
      job: {
        ...{ spec: undefined, maxLanes: 1, maxBatch: 64 },
        take: (max) => {
          asked.push(max);
          return { items: Array.from({ length: max }, (_, id) => ({ id, text: 'x'.repeat(length) })) };
        },
        ...{ reply: () => {}, lost: () => {}, broken: () => {} },
      },
      nextBatch: () => asked.length,
      onOver: async () => [],
    });
    for (let i = 0; i < 8; i += 1) {
      const flight = entry.take(0)!;
      const values = pack(flight.items);
      flight.reply(
        { kind: 'reply', batch: 0, values, counts: undefined, failures: undefined, more: false, busyMs: 0.001 },
        thrown,
      );
    }
    return asked;
  };
  expect(askedFor(10)).toEqual([1, 2, 4, 8, 16, 32, 64, 64]);
  expect(askedFor(10_000)).toEqual([1, 2, 4, 8, 16, 32, 32, 32]);
});
