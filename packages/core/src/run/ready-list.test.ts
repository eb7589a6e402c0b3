import { describe, expect, test } from '@jest/globals';
import { ReadyList } from './ready-list.js';
import { PuppetStage, quiet } from './stage.fixture.js';

/** A ready list on a clock that moves only when the test moves it. */
class Bench {
  nowMs = 0;
  idleMs = 0;
  readonly stepped: string[] = [];
  readonly crashes: { readonly stage: string; readonly error: unknown }[] = [];
  readonly list = new ReadyList(
    () => this.nowMs,
    (stage) => this.stepped.push(stage.name),
    (stage, error) => this.crashes.push({ stage: stage.name, error }),
    () => this.idleMs,
  );

  stage(name: string, step: () => boolean = () => false): PuppetStage {
    return new PuppetStage(name, { step });
  }
}

describe('ReadyList', () => {
  test('steps stages in a microtask, first come, first served, each once for any number of wakes', async () => {
    const bench = new Bench();
    const [a, b] = [bench.stage('a'), bench.stage('b')];
    for (const stage of [b, a, b, b]) bench.list.wake(stage);
    expect(bench.stepped).toEqual([]);
    await Promise.resolve();
    expect(bench.stepped).toEqual(['b', 'a']);
  });

  test('a wake from within a step lists and does not call: the stack stays flat', async () => {
    const bench = new Bench();
    let left = 100_000;
    const ping: PuppetStage = bench.stage('ping', () => {
      left -= 1;
      if (left > 0) bench.list.wake(pong);
      return false;
    });
    const pong: PuppetStage = bench.stage('pong', () => {
      bench.list.wake(ping);
      return false;
    });
    bench.list.wake(ping);
    await quiet();
    expect(left).toBe(0);
    expect(bench.stepped).toHaveLength(199_999);
  });

  test('a stage that could go on comes again, after the others', async () => {
    const bench = new Bench();
    let turns = 3;
    bench.list.wake(bench.stage('long', () => --turns > 0));
    bench.list.wake(bench.stage('other'));
    await quiet();
    expect(bench.stepped).toEqual(['long', 'other', 'long', 'long']);
  });

  test('after a slice it lets the event loop turn', async () => {
    const bench = new Bench();
    const order: string[] = [];
    bench.list.wake(
      bench.stage('busy', () => {
        order.push('step');
        bench.nowMs += 6;
        return bench.nowMs < 30;
      }),
    );
    setImmediate(() => order.push('event loop'));
    await quiet();
    await quiet();
    // Two steps make 12 ms, more than a slice of 10.
    expect(order.slice(0, 3)).toEqual(['step', 'step', 'event loop']);
    for (let turn = 0; turn < 5; turn += 1) await quiet();
    expect(order.filter((what) => what === 'step')).toHaveLength(5);
  });

  test('waits for no turn of an event loop that was idle since the last one', async () => {
    const bench = new Bench();
    const stage = bench.stage('late');
    bench.nowMs = 100;
    bench.idleMs = 90;
    bench.list.wake(stage);
    await Promise.resolve();
    expect(bench.stepped).toEqual(['late']);
    expect(bench.list.overdue).toBe(false);
    // It was not idle since.
    bench.nowMs = 200;
    bench.list.wake(stage);
    await Promise.resolve();
    expect(bench.stepped).toEqual(['late']);
    await quiet();
    expect(bench.stepped).toEqual(['late', 'late']);
    // Idle before the turn that has begun since does not count.
    bench.idleMs = 95;
    await bench.list.nextTurn();
    bench.nowMs = 300;
    bench.list.wake(stage);
    await Promise.resolve();
    expect(bench.stepped).toEqual(['late', 'late']);
    await quiet();
  });

  test('hears of Node that the event loop was idle', async () => {
    const stepped: string[] = [];
    let now = 0;
    const list = new ReadyList(
      () => now,
      (stage) => stepped.push(stage.name),
      () => {},
    );
    const stage = new PuppetStage('late', { step: () => false });
    // A loop that is held up for long enough finds its timer due, and is not idle.
    for (let tries = 0; stepped.length === 0 && tries < 100; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      now += 100;
      list.wake(stage);
      await Promise.resolve();
      if (stepped.length > 0) break;
      await quiet();
      stepped.length = 0;
    }
    expect(stepped).toEqual(['late']);
  });

  test('is overdue when the event loop was not reached for a slice, until it is', async () => {
    const bench = new Bench();
    expect(bench.list.overdue).toBe(false);
    bench.nowMs = 10;
    expect(bench.list.overdue).toBe(false);
    bench.nowMs = 10.5;
    expect(bench.list.overdue).toBe(true);
    await bench.list.nextTurn();
    expect(bench.list.overdue).toBe(false);
  });

  test('looks at the clock ever more seldom while calls come fast, and at every call while they do not', () => {
    const bench = new Bench();
    let looks = 0;
    let stepMs = 0;
    let at = 0;
    const answers: boolean[] = [];
    Object.defineProperty(bench, 'nowMs', {
      get: () => {
        looks += 1;
        return at;
      },
    });
    const ask = (times: number): number => {
      const before = looks;
      for (let i = 0; i < times; i += 1) {
        at += stepMs;
        answers.push(bench.list.overdue);
      }
      return looks - before;
    };
    // After 1, 2, 4, 8 and then every 16 calls.
    expect(ask(15 + 10 * 16)).toBe(4 + 10);
    expect(answers).not.toContain(true);
    stepMs = 2;
    ask(16);
    answers.length = 0;
    expect(ask(10)).toBe(10);
    expect(answers).not.toContain(false);
  });

  test('a stage that throws is told of and does not stop the others', async () => {
    const bench = new Bench();
    const error = new Error('crashed');
    bench.list.wake(
      bench.stage('bad', () => {
        throw error;
      }),
    );
    bench.list.wake(bench.stage('good'));
    await quiet();
    expect(bench.crashes).toEqual([{ stage: 'bad', error }]);
    expect(bench.stepped).toEqual(['bad', 'good']);
  });

  test('a stage that has ended is not stepped', async () => {
    const bench = new Bench();
    const stage = bench.stage('ended');
    bench.list.wake(stage);
    stage.stop();
    await quiet();
    expect(bench.stepped).toEqual([]);
  });

  test('the time of steps is booked', async () => {
    const bench = new Bench();
    const stage = bench.stage('slow', () => {
      bench.nowMs += 4;
      return false;
    });
    bench.nowMs = 3;
    bench.list.wake(stage);
    await quiet();
    stage.meter.stop(9);
    expect(stage.meter).toMatchObject({ stepMs: 4, busyMs: 4, starvedMs: 5, lifeMs: 9 });
  });
});
