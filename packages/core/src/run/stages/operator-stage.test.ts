import { describe, expect, test } from '@jest/globals';
import {
  bufferCount,
  concatMap,
  map,
  mergeMap,
  type OperatorFunction,
  range,
  reduce,
  Subject,
  scan,
  take,
  tap,
  toArray,
} from 'rxjs';
import type { AnyOperator } from '../../declare/declaration.js';
import { LateEmissionError, StallError } from '../../errors.js';
import type { ChainPlan, StagePlan } from '../../plan/index.js';
import { Edge } from '../../queue/index.js';
import { ManualTimers } from '../../timers.fixture.js';
import { Meter } from '../measure/meter.js';
import { planOf, RecordingHost } from '../stage.fixture.js';
import { OperatorStage, type OperatorStageOptions } from './operator-stage.js';

interface Setting {
  readonly input?: number;
  readonly room?: number;
  readonly plan?: Partial<StagePlan>;
  readonly chain?: Partial<ChainPlan>;
  readonly keyOf?: OperatorStageOptions['keyOf'];
}

function stageOf(operator: OperatorFunction<number, unknown>, { input = 100, room = 100, plan, chain, keyOf }: Setting = {}) {
  const edges = { input: new Edge(input), output: new Edge(room) };
  const host = new RecordingHost();
  const timers = new ManualTimers();
  const unkeyed: ChainPlan = { maxPending: undefined, maxKeys: undefined, keyIdleMs: undefined, lineage: undefined };
  const whole = planOf('work', { maxHeld: 10, ...plan, chain: { ...unkeyed, ...(keyOf && { maxKeys: 1000 }), ...chain } });
  const options = { cross: undefined, keyOf, timers };
  const stage = new OperatorStage(whole, [operator as AnyOperator], edges, host, new Meter(0), options);
  const feed = (...items: number[]): void => {
    for (const item of items) edges.input.push(item, item);
    run();
  };
  const run = (): void => {
    while (stage.step());
  };
  /** Takes what has come, with the position of each. */
  const take = (most = Number.POSITIVE_INFINITY): unknown[] => {
    const taken: unknown[] = [];
    while (edges.output.length > 0 && taken.length < most) taken.push(edges.output.shift());
    run();
    return taken;
  };
  return { stage, edges, host, timers, feed, run, take };
}

const byTen = (n: unknown): number => (n as number) % 10;

describe('O1 an operator stage feeds one item at a time', () => {
  test('also when its output comes back to it at once', () => {
    let depth = 0;
    let deepest = 0;
    const { edges, stage, feed, run } = stageOf((items) =>
      items.pipe(
        tap(() => {
          depth += 1;
          deepest = Math.max(deepest, depth);
        }),
        map((n) => {
          // Somebody gives another item while this one is in the chain.
          if (n < 50) edges.input.push(n + 1, n + 1);
          depth -= 1;
          return n;
        }),
      ),
    );
    feed(0);
    run();
    expect([stage.counts.ok, deepest]).toEqual([51, 1]);
  });
});

test('S16 an operator that gives a promise fails the stage with the way out, and leaves no unhandled rejection', async () => {
  const { host, edges, feed } = stageOf(map((n) => (n === 1 ? Promise.reject(new Error('nobody looks at it')) : n)));
  feed(0, 1, 2);
  await new Promise((resolve) => setImmediate(resolve));
  expect(edges.output.length).toBe(1);
  expect(host.failures).toMatchObject([
    { position: 1, error: { message: expect.stringContaining('use mergeMap or concatMap') } },
  ]);
});

describe('O2 room', () => {
  test('it is fed only while the next queue has room', () => {
    const { stage, edges, feed, take } = stageOf(
      map((n) => n),
      { room: 2 },
    );
    feed(1, 2, 3, 4, 5);
    expect([stage.counts.ok, edges.input.length]).toEqual([2, 3]);
    expect(take(1)).toEqual([1]);
    expect(stage.counts.ok).toBe(3);
  });

  test('and only when all it holds has gone', () => {
    const { stage, feed, take } = stageOf(
      mergeMap((n) => [n, n, n]),
      { room: 2 },
    );
    feed(1, 2);
    expect([stage.counts.ok, stage.held]).toEqual([1, 1]);
    expect(take(1)).toEqual([1]);
    expect([stage.counts.ok, stage.held]).toEqual([1, 0]);
    take(1);
    expect([stage.counts.ok, stage.held]).toEqual([2, 2]);
  });

  test('what it may not hold is a StallError with the counts, and it emits no more', () => {
    let emitted = 0;
    const { host, feed } = stageOf(
      mergeMap(() => range(0, Number.POSITIVE_INFINITY).pipe(tap(() => (emitted += 1)))),
      { room: 2, plan: { maxHeld: 3 } },
    );
    feed(7);
    expect(host.failures).toMatchObject([{ position: 7, error: { stage: 'work', in: 1, out: 2, held: 4 } }]);
    expect(host.failures[0]!.error).toBeInstanceOf(StallError);
    expect(emitted).toBe(6);
  });

  test('what emits without end as it is subscribed to fails too', () => {
    const { host } = stageOf(() => range(0, Number.POSITIVE_INFINITY));
    expect(host.failures).toMatchObject([{ position: -1, error: { in: 0, out: 100, held: 11 } }]);
  });

  test('O12 at END chains are completed only while there is room, so nothing is held however many they are', () => {
    const { stage, edges, host, feed, take } = stageOf(toArray(), { room: 4, input: 1000, keyOf: (n) => n });
    feed(...Array.from({ length: 500 }, (_, i) => i));
    edges.input.end();
    let held = 0;
    const taken: unknown[] = [];
    for (let i = 0; i < 500 && !stage.ended; i += 1) {
      taken.push(...take(3));
      held = Math.max(held, stage.held);
    }
    taken.push(...take());
    expect([taken.length, held, stage.ended, host.failures]).toEqual([500, 0, true, []]);
    expect(taken.flat()).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });
});

describe('O4 O5 the end', () => {
  test('comes when the chain has completed and all it held is taken', () => {
    const gate = new Subject<number>();
    const { stage, edges, feed, run, take } = stageOf(
      concatMap(() => gate),
      { room: 1 },
    );
    feed(1);
    edges.input.end();
    run();
    gate.next(1);
    gate.next(2);
    gate.complete();
    run();
    expect([stage.ended, stage.held]).toEqual([false, 1]);
    expect([take(1), take(1), stage.ended, edges.output.finished]).toEqual([[1], [2], true, true]);
  });

  test('a chain that completes by itself needs no more, whatever waits', () => {
    const { stage, edges, host, feed } = stageOf(take(2));
    feed(1, 2, 3, 4);
    expect([stage.ended, edges.output.ended, edges.input.length, stage.counts.ok]).toEqual([true, true, 0, 2]);
    expect(host.satisfiedBy).toEqual([stage]);
  });
});

describe('O8 O9 lineage', () => {
  const sync = { chain: { lineage: 'sync' } } as const;

  test('each output has the position of its input, also when it was held', () => {
    const { edges, stage, feed, run } = stageOf(
      mergeMap((n) => (n % 2 === 0 ? [] : [n, n, n])),
      { ...sync, room: 2 },
    );
    feed(4, 5, 6, 7);
    const positions: number[] = [];
    expect(stage.lowestPosition(0)).toBe(5);
    while (edges.output.length > 0) {
      edges.output.shift();
      positions.push(edges.output.position);
      run();
    }
    expect(positions).toEqual([5, 5, 5, 7, 7, 7]);
  });

  test('beyond a barrier an output has no position either, and is no late one', () => {
    const { edges, host, run } = stageOf(
      map((n) => n),
      sync,
    );
    edges.input.push(1, -1);
    run();
    edges.output.shift();
    expect([edges.output.position, host.failures]).toEqual([-1, []]);
  });

  test('what comes at END belongs to no input', () => {
    const { edges, host, feed, run } = stageOf(
      reduce((sum, n) => sum + n, 0),
      sync,
    );
    feed(1, 2);
    edges.input.end();
    run();
    expect(host.failures[0]!.error).toBeInstanceOf(LateEmissionError);
  });

  test('without it outputs have no position', () => {
    const { edges, feed } = stageOf(map((n) => n));
    feed(5);
    edges.output.shift();
    expect(edges.output.position).toBe(-1);
  });
});

describe('O16 maxPending', () => {
  test('feeding waits while so many outputs are owed, and goes on with each that comes', () => {
    const gate = new Subject<void>();
    const slow = mergeMap((n: number) =>
      gate.pipe(
        take(1),
        map(() => n),
      ),
    );
    const { stage, host, feed, run } = stageOf(slow, { chain: { maxPending: 3 } });
    feed(1, 2, 3, 4, 5);
    expect(stage.counts.ok).toBe(3);
    host.woken.length = 0;
    gate.next();
    expect(host.woken).toContain(stage);
    run();
    expect(stage.counts.ok).toBe(5);
  });

  test('is of all keys together', () => {
    const { stage, feed } = stageOf(bufferCount(100), { chain: { maxPending: 3 }, keyOf: (n) => n });
    feed(1, 2, 3, 4, 5);
    expect(stage.counts.ok).toBe(3);
  });

  test('at END what it owes is flushed', () => {
    const { edges, feed, run, take, stage } = stageOf(bufferCount(100), { chain: { maxPending: 3 } });
    feed(1, 2, 3);
    edges.input.end();
    run();
    expect([take(), stage.ended]).toEqual([[[1, 2, 3]], true]);
  });
});

describe('O14 keyIdleMs', () => {
  test('a chain is completed after its time, by the timers of the run', () => {
    const { edges, host, timers, stage, feed, run } = stageOf(toArray(), { keyOf: byTen, chain: { keyIdleMs: 50 } });
    feed(1, 2, 11);
    host.woken.length = 0;
    timers.elapse(49);
    feed(12);
    timers.elapse(1);
    expect(host.woken).toContain(stage);
    run();
    expect(edges.output.shift()).toEqual([1, 11]);
    expect(edges.output.length).toBe(0);
    timers.elapse(49);
    run();
    expect(edges.output.shift()).toEqual([2, 12]);
  });

  test('nothing is completed without room', () => {
    const { edges, timers, feed, run, take } = stageOf(toArray(), { keyOf: (n) => n, room: 2, chain: { keyIdleMs: 50 } });
    feed(1, 2, 3, 4);
    timers.elapse(50);
    run();
    expect(edges.output.length).toBe(2);
    expect([take(1), take(1), take(1), take(1)]).toEqual([[[1]], [[2]], [[3]], [[4]]]);
  });

  test('a stage that is stopped waits for nothing', () => {
    const { stage, timers, feed } = stageOf(
      scan((sum, n) => sum + n, 0),
      { keyOf: byTen, chain: { keyIdleMs: 50 } },
    );
    feed(1);
    expect(timers.waiting).toBe(1);
    stage.stop();
    expect(timers.waiting).toBe(0);
  });
});

describe('O21 counts', () => {
  test('an item that fails is failed once, and none fails by what comes late', () => {
    const gate = new Subject<number>();
    const { stage, host, feed } = stageOf(
      mergeMap((n) => {
        if (n === 3) throw new RangeError('broken');
        return gate;
      }),
    );
    feed(1, 2, 3);
    expect([stage.counts, host.failures.map(({ position }) => position)]).toMatchObject([{ ok: 2, filtered: 0, failed: 1 }, [3]]);
  });

  test('what is dropped is filtered', () => {
    const { stage, feed } = stageOf(take(1), { keyOf: byTen });
    feed(1, 2, 11, 21);
    expect(stage.counts).toMatchObject({ ok: 2, filtered: 2, failed: 0 });
  });
});
