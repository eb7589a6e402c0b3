import { describe, expect, test } from '@jest/globals';
import { Edge } from '../../queue/index.js';
import { Meter } from '../measure/meter.js';
import { RecordingHost } from '../stage.fixture.js';
import { MergeStage } from './merge-stage.js';
import { RouteStage } from './route-stage.js';
import { TeeStage } from './tee-stage.js';

const edges = (count: number, capacity: number): Edge[] => Array.from({ length: count }, () => new Edge(capacity));
const push = (edge: Edge, ...items: number[]): void => {
  for (const item of items) edge.push(item, item);
};
function taken(edge: Edge): unknown[] {
  const items: unknown[] = [];
  while (edge.length > 0) items.push(edge.shift());
  return items;
}

function route(capacity = 2) {
  const input = new Edge(10);
  const outputs = edges(2, capacity);
  const host = new RecordingHost();
  const branches = [
    { name: 'even', takes: (item: unknown) => Number(item) % 2 === 0 },
    { name: 'small', takes: (item: unknown) => Number(item) < 100 },
  ];
  const stage = new RouteStage({ kind: 'route', name: 'route-1', branches }, input, outputs, host, new Meter(0));
  return { input, even: outputs[0]!, small: outputs[1]!, host, stage };
}

describe('a route', () => {
  test('G6 holds the item whose branch is full, and those behind it wait', () => {
    const { input, even, small, stage } = route();
    push(input, 0, 2, 4, 1, 6);
    expect(stage.step()).toBe(false);
    expect([even.length, small.length, input.length, stage.held]).toEqual([2, 0, 2, 1]);
    expect([stage.lowestPosition(0), stage.lowestPosition(5), stage.activity]).toEqual([4, undefined, 'blocked']);
    expect(taken(even)).toEqual([0, 2]);
    stage.step();
    expect([taken(even), taken(small), stage.held]).toEqual([[4, 6], [1], 0]);
    expect(stage.counts).toMatchObject({ ok: 5, filtered: 0 });
    expect(stage.output.accepted).toBe(5);
  });

  test('G8 what would go to a detached branch is filtered, also the item that waited for it', () => {
    const { input, even, small, stage } = route(1);
    push(input, 0, 2, 1, 4);
    stage.step();
    expect(stage.held).toBe(1);
    even.detach();
    stage.step();
    expect([even.length, taken(small), stage.held]).toEqual([0, [1], 0]);
    expect(stage.counts).toMatchObject({ ok: 2, filtered: 2 });
  });

  test('G3 an item that no branch takes fails, with its position', () => {
    const { input, host, stage } = route();
    push(input, 0, 101);
    stage.step();
    expect(host.failures).toEqual([{ stage: 'route-1', position: 101, error: expect.any(TypeError) }]);
    expect(stage.counts).toMatchObject({ ok: 1, failed: 1 });
  });

  test('ends its branches when the last item has gone on, and not before', () => {
    const { input, even, small, stage } = route(1);
    push(input, 0, 2);
    input.end();
    stage.step();
    expect([stage.ended, even.ended, small.ended]).toEqual([false, false, false]);
    even.shift();
    stage.step();
    expect([stage.ended, even.ended, small.ended]).toEqual([true, true, true]);
  });

  test('lets the event loop turn when it is time', () => {
    const { input, host, stage } = route();
    host.isOverdue = true;
    push(input, 0, 1);
    expect([stage.step(), input.length]).toEqual([true, 1]);
  });

  test('gives up what it holds when it is stopped', () => {
    const { input, stage } = route(1);
    push(input, 0, 2, 4);
    stage.step();
    stage.stop();
    expect([stage.held, input.length, stage.ended]).toEqual([0, 0, true]);
  });
});

describe('a tee', () => {
  function tee(capacities: readonly number[]) {
    const input = new Edge(10);
    const outputs = capacities.map((capacity) => new Edge(capacity));
    return { input, outputs, stage: new TeeStage('tee-1', input, outputs, new Meter(0)) };
  }

  test('G6 goes on while all sides have room', () => {
    const { input, outputs, stage } = tee([2, 4]);
    push(input, 0, 1, 2, 3);
    stage.step();
    expect([outputs.map(({ length }) => length), input.length, stage.activity]).toEqual([[2, 2], 2, 'blocked']);
    expect(taken(outputs[0]!)).toEqual([0, 1]);
    stage.step();
    expect([taken(outputs[0]!), taken(outputs[1]!)]).toEqual([
      [2, 3],
      [0, 1, 2, 3],
    ]);
    expect(stage.counts.ok).toBe(4);
  });

  test('G6 looks at bytes after each item', () => {
    const input = new Edge(10);
    const outputs = [new Edge(10, 4), new Edge(10)];
    const stage = new TeeStage('tee-1', input, outputs, new Meter(0));
    for (const text of ['abcd', 'efgh']) input.push(text, 0);
    stage.step();
    expect(outputs.map(({ length }) => length)).toEqual([1, 1]);
  });

  test('G8 leaves out a side that is detached', () => {
    const { input, outputs, stage } = tee([1, 4]);
    push(input, 0, 1, 2);
    stage.step();
    outputs[0]!.detach();
    stage.step();
    expect([outputs[0]!.length, taken(outputs[1]!)]).toEqual([0, [0, 1, 2]]);
    input.end();
    stage.step();
    expect([stage.ended, outputs[1]!.finished]).toEqual([true, true]);
  });
});

describe('a merge', () => {
  function merge(count: number, capacity: number) {
    const inputs = edges(count, 10);
    const output = new Edge(capacity);
    return { inputs, output, stage: new MergeStage('merge-1', inputs, output, new Meter(0)) };
  }

  test('G5 takes in turns, and the turn is kept while it waits for room', () => {
    const { inputs, output, stage } = merge(3, 2);
    push(inputs[0]!, 0, 1, 2, 3);
    push(inputs[1]!, 10, 11);
    push(inputs[2]!, 20);
    const seen: unknown[] = [];
    for (let step = 0; step < 4; step += 1) {
      stage.step();
      seen.push(...taken(output));
    }
    expect(seen).toEqual([0, 10, 20, 1, 11, 2, 3]);
    expect([stage.counts.ok, stage.input.accepted]).toEqual([7, 7]);
  });

  test('G5 an input that has much does not keep one back that has something now and then', () => {
    const { inputs, output, stage } = merge(2, 4);
    const seen: unknown[] = [];
    for (let round = 0; round < 20; round += 1) {
      while (inputs[0]!.room > 0) push(inputs[0]!, 0);
      push(inputs[1]!, 1);
      stage.step();
      seen.push(...taken(output));
      expect(inputs[1]!.length).toBe(0);
    }
    expect(seen.filter((item) => item === 1)).toHaveLength(20);
  });

  test('G5 ends when all inputs have ended', () => {
    const { inputs, output, stage } = merge(2, 4);
    push(inputs[0]!, 0);
    inputs[0]!.end();
    stage.step();
    expect([stage.ended, output.length]).toEqual([false, 1]);
    inputs[1]!.end();
    stage.step();
    expect([stage.ended, output.ended]).toEqual([true, true]);
  });
});
