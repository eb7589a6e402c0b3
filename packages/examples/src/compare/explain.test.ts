import { describe, expect, test } from '@jest/globals';
import type { Row } from './comparison.js';
import { explain } from './explain.js';

/** A row by its numbers in seconds, beside a sequential one of `sequential` seconds. */
function row(
  way: Row['way'],
  sequential: number,
  s: { time: number; start?: number; cpu: number; wait?: number; work?: number },
): Row {
  return {
    ...{ job: 'mixed', language: 'Node.js', way, digest: '', memoryBytes: 1 },
    ...{ ms: s.time * 1_000, startMs: (s.start ?? 0) * 1_000, cpuMs: s.cpu * 1_000, waitMs: (s.wait ?? 0) * 1_000 },
    ...{ workMs: (s.work ?? s.cpu) * 1_000, speedup: sequential / s.time, cores: s.cpu / s.time },
  };
}

describe('an explanation follows what was measured', () => {
  test.each([
    ['one that waits', row('sequential', 2, { time: 2, cpu: 0.1, wait: 1.9 }), '1.90 s of waiting, one item after another.'],
    ['one that computes', row('sequential', 2, { time: 2, cpu: 2 }), '2.00 s of computing, one item after another.'],
    [
      'one on a busy machine',
      row('sequential', 3, { time: 3, cpu: 1, wait: 1 }),
      '1.00 s of waiting and 1.00 s of computing, one item after another; for 1.00 s it had no core, as the machine had other things to do.',
    ],
    [
      'waits that overlap',
      row('loop', 2, { time: 0.2, cpu: 0.01, wait: 2 }),
      '10.0 times as fast: items waited at the same time.',
    ],
    [
      'waits and computing that overlap, on two cores',
      row('threads', 4, { time: 1, start: 0.1, cpu: 1.9, wait: 2 }),
      '4.0 times as fast: items waited at the same time, and computed on 1.9 cores.',
    ],
    [
      'two cores',
      row('threads', 2, { time: 1.1, start: 0.1, cpu: 2 }),
      '1.8 times as fast: items computed at the same time, on 1.8 cores.',
    ],
    [
      'waits behind computing',
      row('loop', 2, { time: 1.2, cpu: 1, wait: 1 }),
      '1.7 times as fast: items waited while others computed.',
    ],
    [
      'workers that take long to start',
      row('threads', 2, { time: 2, start: 1.2, cpu: 0.1, wait: 2 }),
      'Starting its workers took 1.20 s, more than they saved; after that, 2.5 times as fast: items waited at the same time.',
    ],
    [
      'workers that take long to start, and win a little all the same',
      row('processes', 2.2, { time: 2, start: 0.5, cpu: 3.8 }),
      'Starting its workers took 0.50 s of the 0.70 s that they saved; after that, 1.5 times as fast: items computed at the same time, on 1.9 cores.',
    ],
    [
      'computing on one core',
      row('loop', 2, { time: 2, cpu: 2 }),
      'No faster: there is nothing to wait for, and no more than one core computed (1.0).',
    ],
    [
      'computing on a busy machine',
      row('threads', 2, { time: 4, cpu: 2 }),
      'Slower: there is nothing to wait for, and no more than one core computed (0.5); the machine had other things to do.',
    ],
    [
      'more work for workers than for items',
      row('processes', 0.1, { time: 1, start: 0.9, cpu: 0.8, work: 0.1 }),
      'Slower: 0.70 s of computing came on top of the work, for workers and messages; starting its workers took 0.90 s.',
    ],
    [
      'more of a core than there was before',
      row('loop', 4, { time: 2.5, cpu: 2 }),
      '1.6 times as fast: no more than one core computed (0.8), but one after another had less of it, as the machine had other things to do.',
    ],
    [
      'one worker for what waits',
      row('threads', 2, { time: 2, cpu: 0.1, wait: 1.9 }),
      'No faster: the time of waiting was not used.',
    ],
  ])('%s', (_, measured, sentence) => {
    expect(explain(measured)).toBe(sentence);
  });
});
