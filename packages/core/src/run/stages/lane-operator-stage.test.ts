import { describe, expect, test } from '@jest/globals';
import type { LanePool, StreamJob } from '@millrace/workers';
import { TooManyKeysError } from '../../errors.js';
import type { LaneSpec } from '../../lane/index.js';
import { type ChainPlan, maxLaneOutputs } from '../../plan/index.js';
import { Edge } from '../../queue/index.js';
import { laneOf } from '../executors/keyed-lanes.js';
import { Meter } from '../measure/meter.js';
import { planOf, RecordingHost } from '../stage.fixture.js';
import { LaneOperatorStage } from './lane-operator-stage.js';

/** A lane that does nothing by itself: what it was fed and allowed, and its half of the job to tell by. */
class Puppet {
  readonly items: unknown[] = [];
  readonly tags: unknown[] = [];
  granted = 0;
  ended = false;
  closed = false;
  readonly job: StreamJob;

  constructor(job: StreamJob) {
    this.job = job;
  }
}

interface Setting {
  readonly workers?: number;
  readonly room?: number;
  readonly chain?: Partial<ChainPlan>;
}

function stageOf({ workers = 1, room = 8, chain }: Setting = {}) {
  const lanes: Puppet[] = [];
  const pool = {
    lanes: [],
    addStream: (job: StreamJob) => {
      const lane = new Puppet(job);
      lanes.push(lane);
      return {
        lane: lanes.length - 1,
        feed: (items: readonly unknown[], tags: readonly unknown[] = []) => {
          lane.items.push(...items);
          lane.tags.push(...tags);
        },
        grant: (outputs: number) => {
          lane.granted += outputs;
        },
        end: () => {
          lane.ended = true;
        },
        close: () => {
          lane.closed = true;
        },
      };
    },
  } as unknown as LanePool;
  const keyed = workers > 1;
  const edges = { input: new Edge(10_000), output: new Edge(room) };
  const host = new RecordingHost();
  const nothing: ChainPlan = { maxPending: undefined, maxKeys: undefined, keyIdleMs: undefined, lineage: undefined };
  const terms: ChainPlan = { ...nothing, ...(keyed && { maxKeys: 10 }), ...chain };
  const plan = planOf('work', { kind: 'cpu', workers, fedAhead: workers * 1024, maxHeld: 10, chain: terms });
  const spec = {
    module: 'm',
    pipeline: 'p',
    params: undefined,
    stages: [],
    stage: 'work',
    maxHeld: 10,
    chain: terms,
  } as LaneSpec;
  const keyOf = keyed ? (n: unknown) => n : undefined;
  const stage = new LaneOperatorStage(plan, edges, host, new Meter(0), pool, spec, keyOf);
  const feed = (...items: unknown[]): void => {
    for (const [i, item] of items.entries()) edges.input.push(item, i);
    stage.step();
  };
  const taken = (): unknown[] => {
    const all: unknown[] = [];
    while (edges.output.length > 0) all.push([edges.output.shift(), edges.output.position]);
    return all;
  };
  return { stage, edges, host, lanes, feed, taken };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('one lane', () => {
  test('O2 may give as much as the next queue has room for', () => {
    const { lanes, stage, edges, feed } = stageOf();
    feed(1, 2);
    expect(lanes[0]).toMatchObject({ items: [1, 2], tags: [], granted: 8 });
    lanes[0]!.job.values(['a', 'b', 'c'], undefined);
    stage.step();
    expect([edges.output.length, lanes[0]!.granted]).toEqual([3, 8]);
    edges.output.shift();
    stage.step();
    expect(lanes[0]!.granted).toBe(9);
  });

  test('O6 an error that comes of an item blames it, any other blames none', () => {
    const { lanes, host, stage, feed } = stageOf();
    feed('a', 'b', 'c');
    lanes[0]!.job.consumed(1, 1, undefined);
    lanes[0]!.job.failed(new RangeError('broken'), true);
    expect(host.failures).toMatchObject([{ position: 1, error: { message: 'broken' } }]);
    expect(stage.counts).toMatchObject({ ok: 1, filtered: 0, failed: 1 });
    const late = stageOf();
    late.feed('a');
    late.lanes[0]!.job.failed(new RangeError('broken'), false);
    expect(late.host.failures).toMatchObject([{ position: -1 }]);
  });

  test('O8 outputs get the positions of the items that they are counted for', () => {
    const { lanes, stage, feed, taken } = stageOf({ chain: { lineage: 'sync' } });
    feed('a', 'b', 'c', 'd');
    // Of the third one more will come.
    lanes[0]!.job.values([1, 2, 3], [2, 0]);
    lanes[0]!.job.consumed(2, 1, undefined);
    stage.step();
    expect([taken(), stage.held, stage.lowestPosition(0)]).toEqual([
      [
        [1, 0],
        [2, 0],
        [3, 2],
      ],
      2,
      2,
    ]);
    lanes[0]!.job.values([4, 5], [1, 1]);
    lanes[0]!.job.consumed(2, 1, undefined);
    stage.step();
    expect([taken(), stage.held]).toEqual([
      [
        [4, 2],
        [5, 3],
      ],
      0,
    ]);
  });

  test('O16 gets no more than it may owe', () => {
    const { lanes, stage, feed } = stageOf({ chain: { maxPending: 3 } });
    feed(...numbers(10));
    expect(lanes[0]!.items).toHaveLength(3);
    lanes[0]!.job.consumed(3, 1, undefined);
    stage.step();
    expect(lanes[0]!.items).toHaveLength(3);
    lanes[0]!.job.values(['one'], undefined);
    stage.step();
    expect(lanes[0]!.items).toHaveLength(4);
    lanes[0]!.job.consumed(0, 0, { dropped: 0, settled: 2, keys: 0 });
    stage.step();
    expect(lanes[0]!.items).toHaveLength(6);
  });

  test('O5 that has completed by itself ends the stage', () => {
    const { lanes, host, stage, edges, feed } = stageOf();
    feed(1, 2, 3);
    lanes[0]!.job.completed();
    stage.step();
    expect([stage.ended, edges.output.ended, lanes[0]!.closed, host.satisfiedBy]).toEqual([true, true, true, [stage]]);
  });
});

describe('several lanes', () => {
  test('O10 each gets the items of its keys, with them', () => {
    const { lanes, feed } = stageOf({ workers: 3 });
    const all = numbers(100);
    feed(...all);
    for (const [number, lane] of lanes.entries()) {
      expect(lane.items).toEqual(all.filter((key) => laneOf(key, 3) === number));
      expect(lane.tags).toEqual(lane.items);
    }
  });

  test('O2 none keeps another from giving, however little room there is', () => {
    const { lanes, stage, edges, feed, taken } = stageOf({ workers: 2, room: 1 });
    feed(1, 2);
    expect(lanes.map(({ granted }) => granted)).toEqual([maxLaneOutputs, maxLaneOutputs]);
    lanes[1]!.job.values(['b1', 'b2'], undefined);
    lanes[0]!.job.values(['a1', 'a2'], undefined);
    const got: unknown[] = [];
    for (let i = 0; i < 4; i += 1) {
      stage.step();
      expect(edges.output.length).toBe(1);
      got.push(...taken().map((each) => (each as unknown[])[0]));
    }
    // In turn, and those of each in their order.
    expect(got).toEqual(['b1', 'a1', 'b2', 'a2'].sort((a, b) => got.indexOf(a) - got.indexOf(b)));
    expect(got.indexOf('a1')).toBeLessThan(got.indexOf('a2'));
    expect(got.indexOf('b1')).toBeLessThan(got.indexOf('b2'));
    stage.step();
    expect(lanes.map(({ granted }) => granted)).toEqual([maxLaneOutputs + 2, maxLaneOutputs + 2]);
  });

  test('O4 the stage ends when all have completed and their outputs are taken', () => {
    const { lanes, stage, edges, taken, feed } = stageOf({ workers: 2, room: 1 });
    feed(1);
    edges.input.end();
    stage.step();
    expect(lanes.map(({ ended }) => ended)).toEqual([true, true]);
    lanes[0]!.job.values(['a', 'b'], undefined);
    lanes[0]!.job.completed();
    stage.step();
    lanes[1]!.job.completed();
    stage.step();
    expect(stage.ended).toBe(false);
    expect(taken()).toHaveLength(1);
    stage.step();
    expect([stage.ended, edges.output.ended, taken().length]).toEqual([true, true, 1]);
  });

  test('O15 the keys of all of them count, also those that END has taken away by then', () => {
    const { lanes, host, stage, edges, feed } = stageOf({ workers: 2 });
    feed(...numbers(12));
    edges.input.end();
    stage.step();
    lanes[0]!.job.consumed(6, 1, { dropped: 0, settled: 0, keys: 6 });
    lanes[0]!.job.consumed(0, 1, { dropped: 0, settled: 0, keys: 0 });
    expect(host.failures).toEqual([]);
    lanes[1]!.job.consumed(6, 1, { dropped: 0, settled: 0, keys: 6 });
    expect(host.failures[0]!.error).toBeInstanceOf(TooManyKeysError);
  });

  test('O21 what the lanes dropped is filtered', () => {
    const { lanes, stage, feed } = stageOf({ workers: 2 });
    feed(...numbers(4));
    lanes[0]!.job.consumed(2, 1, { dropped: 1, settled: 1, keys: 1 });
    expect(stage.counts).toMatchObject({ ok: 1, filtered: 1, failed: 0 });
  });
});
