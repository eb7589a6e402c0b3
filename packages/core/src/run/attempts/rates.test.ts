import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { declarationOf, type Flow, flow } from '../../declare/flow/flow.js';
import { rateLimiter } from '../../declare/options/rate.js';
import { io } from '../../declare/steps/stage.js';
import { planFlow } from '../../plan/index.js';
import { ManualTimers } from '../../timers.fixture.js';
import { LiveRun } from '../live-run.js';
import { quiet } from '../stage.fixture.js';

/** Runs of flows by a clock that stands still until it is moved, and what started when. */
class Clocked {
  readonly timers = new ManualTimers();
  readonly starts: number[] = [];
  readonly note = (): void => void this.starts.push(this.timers.now() - 1000);

  start(declared: Flow<unknown>): LiveRun {
    const declaration = declarationOf(declared);
    const plan = planFlow('test', declaration, {}, { cores: 2 });
    return new LiveRun({
      flow: declaration,
      plan,
      home: undefined,
      options: {},
      errors: [],
      output: 'drop',
      timers: this.timers,
    });
  }

  /** Moves the clock, and lets runs do what they can after each ms. */
  async elapse(ms: number): Promise<void> {
    for (let i = 0; i < ms; i += 1) {
      for (let turns = 0; turns < 5; turns += 1) await quiet();
      this.timers.elapse(1);
    }
    for (let turns = 0; turns < 5; turns += 1) await quiet();
  }
}

// No slice of the main thread is ever over: a machine that stands still does not cost a run turns of its loop.
beforeEach(() => void jest.spyOn(performance, 'now').mockReturnValue(0));
afterEach(() => void jest.restoreAllMocks());

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('the rate of an io stage, in a run', () => {
  test('S10 no time of perMs holds more starts than the limit, retries included', async () => {
    const clock = new Clocked();
    const run = clock.start(
      flow(upTo(6)).pipe(
        io(
          'call',
          async (n, { attempt }) => {
            clock.note();
            if (n % 2 === 0 && attempt === 1) throw new Error('again');
          },
          { rate: { limit: 3, perMs: 10 }, retry: { attempts: 2, delayMs: 1, jitter: false } },
        ),
      ),
    );
    await clock.elapse(30);
    // The last one has failed at 20.
    expect(clock.starts).toEqual([0, 0, 0, 10, 10, 10, 20, 20, 21]);
    expect(await run.finished).toMatchObject({ outcome: 'completed', delivered: 6 });
    expect(clock.timers.waiting).toBe(0);
  });

  test('S10 a permit is taken when a task starts, though its resource took long to make', async () => {
    const clock = new Clocked();
    let opened!: (resource: undefined) => void;
    const setup = (): Promise<undefined> =>
      new Promise((resolve) => {
        opened = resolve;
      });
    const run = clock.start(flow(upTo(3)).pipe(io('call', clock.note, { rate: { limit: 1, perMs: 10 }, setup })));
    await clock.elapse(15);
    opened(undefined);
    await clock.elapse(25);
    await run.finished;
    expect(clock.starts).toEqual([15, 25, 35]);
  });

  test('S13 stages and runs with one limiter have one limit, and are served in turns', async () => {
    const clock = new Clocked();
    const rate = rateLimiter({ limit: 2, perMs: 10 });
    const order: string[] = [];
    const call = (name: string) => (): void => {
      clock.note();
      order.push(name);
    };
    const [one, other] = ['one', 'other'].map((name) =>
      clock.start(
        flow(upTo(4)).pipe(io('first', call(`${name} first`), { rate }), io('second', call(`${name} second`), { rate })),
      ),
    );
    await clock.elapse(80);
    await Promise.all([one!.finished, other!.finished]);
    expect(clock.starts).toEqual(upTo(16).map((i) => Math.floor(i / 2) * 10));
    // None of the four has to wait until another one is through.
    expect(new Set(order.slice(0, 10)).size).toBe(4);
  });

  test('S15 what its rate held back is said of the stage', async () => {
    const clock = new Clocked();
    const run = clock.start(
      flow(upTo(6)).pipe(
        io('call', async (n) => n, { rate: { limit: 1, perMs: 10 } }),
        io('next', (n) => n),
      ),
    );
    await clock.elapse(60);
    const report = await run.finished;
    expect(report.stages.map(({ name, rateHeldMs }) => [name, rateHeldMs])).toEqual([
      ['source', undefined],
      ['call', 50],
      ['next', undefined],
      ['output', undefined],
    ]);
  });

  test('S11 a run that is cancelled while it waits for permits leaves them to others, and no timer', async () => {
    const clock = new Clocked();
    const rate = rateLimiter({ limit: 1, perMs: 1000 });
    const start = (): LiveRun => clock.start(flow(upTo(5)).pipe(io('call', clock.note, { rate })));
    const [one, other] = [start(), start()];
    await clock.elapse(2);
    expect([clock.starts.length, clock.timers.waiting]).toEqual([1, 1]);
    for (const run of [one, other]) {
      run.cancel();
      await expect(run.finished).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
    }
    expect(clock.timers.waiting).toBe(0);
  });
});
