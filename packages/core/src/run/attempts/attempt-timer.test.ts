import { describe, expect, test } from '@jest/globals';
import { TimeoutError } from '@millrace/workers';
import { ManualTimers } from '../../timers.fixture.js';
import { AttemptTimer } from './attempt-timer.js';

function make(limitMs = 800) {
  const timers = new ManualTimers();
  const stage = new AbortController();
  const context = { signal: stage.signal, attempt: 1, stage: 'geocode', worker: 0, resource: 'db' };
  const timer = new AttemptTimer(context, limitMs, timers);
  const begin = (attempt = 1) => {
    const timed = timer.begin(attempt);
    const errors: unknown[] = [];
    const owner = { timedOut: (error: TimeoutError) => errors.push(error) };
    return { timed, errors, run: () => timed.run(owner) };
  };
  return { timers, stage, timer, begin };
}

describe('the time limit of attempts', () => {
  test('one that takes too long is told so, a quarter late at most and never early, and its signal alone aborts', () => {
    const { timers, begin } = make();
    const slow = begin(3);
    const { signal } = slow.timed;
    slow.run();
    timers.elapse(400);
    const later = begin();
    const other = later.timed.signal;
    later.run();
    timers.elapse(399);
    expect([slow.errors, signal.aborted]).toEqual([[], false]);
    timers.elapse(201);
    expect(slow.errors).toHaveLength(1);
    expect(slow.errors[0]).toBeInstanceOf(TimeoutError);
    expect(slow.errors[0]).toMatchObject({
      message: 'attempt 3 in stage "geocode" took longer than its timeoutMs, 800 ms',
    });
    expect(signal.reason).toBe(slow.errors[0]);
    expect([later.errors, other.aborted]).toEqual([[], false]);
    timers.elapse(400);
    expect([slow.errors, later.errors].map(({ length }) => length)).toEqual([1, 1]);
    expect(timers.waiting).toBe(0);
  });

  test('one that ends in time is told nothing, and no timer is left', () => {
    const { timers, begin } = make();
    const attempts = Array.from({ length: 5 }, () => begin());
    for (const { run } of attempts) run();
    timers.elapse(700);
    for (const i of [2, 0, 4, 1, 3]) {
      expect(timers.waiting).toBe(1);
      attempts[i]!.timed.rest();
    }
    expect(timers.waiting).toBe(0);
    timers.elapse(10_000);
    expect(attempts.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('time while it waits for others does not count; its times add up', () => {
    const { timers, begin } = make();
    const { timed, errors, run } = begin();
    run();
    timers.elapse(500);
    timed.rest();
    timers.elapse(5000);
    run();
    timers.elapse(200);
    expect(errors).toEqual([]);
    timers.elapse(400);
    expect(errors).toHaveLength(1);
  });

  test('a very short limit is looked after, too', () => {
    const { timers, begin } = make(1);
    const { errors, run } = begin();
    run();
    timers.elapse(50);
    expect(errors).toHaveLength(1);
  });

  test('a stop aborts the signals of what runs when the stage is aborted, and times nothing any more', () => {
    const { timers, stage, timer, begin } = make();
    const [running, ended, own] = [begin(), begin(), begin()];
    const signals = [running, ended, own].map(({ timed }) => timed.signal);
    running.run();
    ended.run();
    ended.timed.rest();
    stage.abort('enough');
    timer.stop();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false, false]);
    expect(signals[0]!.reason).toBe('enough');
    // Its task has ended the run before it gave a promise.
    own.run();
    expect(signals[2]!.reason).toBe('enough');
    expect(begin().timed.signal.aborted).toBe(true);
    expect(timers.waiting).toBe(0);
    running.timed.rest();
  });

  test('the context says what the stage says', () => {
    const { timed } = make().begin(2);
    expect([timed.attempt, timed.stage, timed.worker, timed.resource]).toEqual([2, 'geocode', 0, 'db']);
    expect(timed.signal).toBe(timed.signal);
  });
});
