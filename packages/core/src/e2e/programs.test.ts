import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of this folder to its end; `watch` sees its output so far whenever more comes. */
function program(
  name: string,
  args: readonly string[],
  watch: (child: ChildProcessWithoutNullStreams, out: string) => void = () => {},
  group: 'of the test' | 'its own' = 'of the test',
): Promise<Ended> {
  const file = fileURLToPath(new URL(`./${name}.program.fixture.js`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { detached: group === 'its own' });
  // A program that does not end by itself is a failed test, not a hanging one.
  const timer = setTimeout(() => child.kill('SIGKILL'), 25_000);
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    watch(child, stdout + stderr);
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    watch(child, stdout + stderr);
  });
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    }),
  );
}

test('E3 E8 an endless source ends at take(10): no more is pulled than the bound, finally runs, the program ends by itself', async () => {
  const { code, stdout, stderr } = await program('early-end', []);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const printed = stdout.trim().split('\n');
  // Each worker reaches the top level up to the first run, once, unless the end is there before; nothing runs twice.
  expect(printed.filter((line) => line === 'begun')).toHaveLength(1);
  const reached = printed.filter((line) => line === 'top level').length;
  expect(reached).toBeGreaterThanOrEqual(1 + 1 + 1);
  expect(reached).toBeLessThanOrEqual(1 + 2 + 2);
  expect(printed.filter((line) => line.startsWith('{'))).toHaveLength(1);
  const { pulled, bound, ...rest } = JSON.parse(printed.at(-1)!) as { pulled: number; bound: number };
  expect(rest).toEqual({
    items: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18],
    outcome: 'completed',
    delivered: 10,
    returned: 2,
    listeners: 0,
  });
  expect(bound).toBeGreaterThan(0);
  expect(pulled).toBeLessThanOrEqual(2 * (bound + 10));
});

test('E4 E8 failing runs of many kinds leave no rejection unhandled', async () => {
  const { code, stdout, stderr } = await program('failures', []);
  expect({ code, stderr, ended: JSON.parse(stdout) }).toEqual({
    code: 0,
    stderr: '',
    ended: { rejected: 23, of: 23, unhandled: 0 },
  });
});

test('B7 B13 B14 batches and writes that would wait for days keep no program alive, however their run ends', async () => {
  const { code, stdout, stderr } = await program('batches', []);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    ends: {
      completed: 'completed',
      ended: 'completed',
      drained: 'drained',
      cancelled: 'ERR_CANCELLED',
      'cancelled between attempts': 'ERR_CANCELLED',
      'cancelled in a write that hangs': 'ERR_CANCELLED',
      failed: 'ERR_STAGE',
      'timed out': 'ERR_STAGE',
    },
    unhandled: 0,
  });
});

describe('runMain', () => {
  const signals: ['SIGINT' | 'SIGTERM', number][] = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ];
  test.each(signals)('E9 the first %s drains: the output is complete, the exit code %i', async (signal, exitCode) => {
    let sent = false;
    const { code, stdout } = await program('signals', ['pending'], (child, out) => {
      if (sent || !out.includes('item 8')) return;
      sent = true;
      child.kill(signal);
    });
    expect(stdout.trim().split('\n')).toEqual(['item 0', 'item 2', 'item 4', 'item 6', 'item 8', 'committed', 'ended drained 5']);
    expect(code).toBe(exitCode);
  });

  test('E9 a SIGTERM to all processes of the program drains: process lanes finish what they hold', async () => {
    const { code, stdout, stderr } = await program('signals', ['all'], () => {}, 'its own');
    expect(stdout.trim().split('\n')).toEqual(['item 0', 'item 2', 'item 4', 'item 6', 'item 8', 'committed', 'ended drained 5']);
    expect(stderr).toBe('SIGTERM: finishing what was read; once more to stop at once\n');
    expect(code).toBe(143);
  });

  test.each(signals)('E9 the second %s cancels: the sink is aborted, the exit code %i', async (signal, exitCode) => {
    let sent = 0;
    const { code, stdout, stderr } = await program('signals', ['stuck'], (child, out) => {
      if (sent === 0 && out.includes('item 6')) {
        sent = 1;
        child.kill(signal);
      } else if (sent === 1 && out.includes('once more')) {
        sent = 2;
        child.kill(signal);
      }
    });
    expect(stdout.trim().split('\n')).toEqual(['item 0', 'item 2', 'item 4', 'item 6', 'aborted', 'ended cancelled 4']);
    expect(stderr).toContain('cancelled');
    expect(code).toBe(exitCode);
  });
});

describe('a run that can never end', () => {
  const said = (what: string): string =>
    `UnsettledError failed: the run can never end, as nothing is left that it could wait for: ${what};`;

  test.each([
    ['that waits for its tasks', 'task', 'aborted', said('stage "wait" holds 2 items and cannot finish them')],
    ['that waits for its source', 'source', 'aborted', said('the source "silent" neither gives an item nor ends')],
    ['whose sink does not open', 'opening', undefined, said('a source, a sink or a setup does not open')],
    [
      'whose sink does not open, and that drains',
      'opening, to drain',
      undefined,
      said('a source, a sink or a setup does not open'),
    ],
    ['whose sink does not commit', 'commit', 'aborted', said('the stage "kept" does not end')],
    ['whose dead letters are not written', 'unwritten', 'aborted', said('"kept (dead letters)" does not write 2 that it has')],
    ['whose dead letters do not commit', 'uncommitted', 'aborted', said('"kept (dead letters)" does not commit')],
    ['one of whose sinks does not flush', 'unflushed', 'aborted', said('the stage "kept" does not end')],
    ['that drains', 'drain', 'aborted', said('stage "wait" holds 2 items and cannot finish them')],
    ['inside a task of another, which goes on', 'nested', 'aborted', 'gone on after UnsettledError'],
    [
      'under testRun, whose clock has nothing to move on to',
      'test',
      'aborted',
      said('stage "wait" holds 2 items and cannot finish them'),
    ],
    ['beside twenty others', 'many', 'aborted', 'ERR_UNSETTLED'],
  ])('E13 %s fails, and gives back what it opened', async (_, how, released, result) => {
    const { code, stdout, stderr } = await program('unsettled', [how]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const printed = stdout.trim().split('\n');
    expect(printed.at(-1)).toContain(result);
    // Nothing is left of the watch.
    expect(printed.at(-1)).toMatch(/ 0$/);
    if (released !== undefined) expect(printed).toContain(released);
  });

  test('E13 under runMain is told of, and the exit code is 1', async () => {
    const { code, stdout, stderr } = await program('unsettled', ['main']);
    expect(stderr).toContain('stage "wait" holds 2 items and cannot finish them');
    expect(stdout.trim().split('\n')).toEqual(['aborted', 'failed 0']);
    expect(code).toBe(1);
  });

  test.each([
    ['at the top level of a module ends the program with its error, not with exit code 13', 'uncaught'],
    ['that holds items and was left to itself ends the program with its error, not as if all were well', 'alone'],
    ['whose sink has written and that was left to itself does so, too', 'written'],
    ['that has written dead letters alone does so, too', 'letters'],
    ['that holds dead letters alone, which are not written, does so, too', 'letter held'],
  ])('E13 %s', async (_, how) => {
    const { code, stdout, stderr } = await program('unsettled', [how]);
    expect(stderr).toContain('UnsettledError: the run can never end');
    expect(code).toBe(1);
    expect(stdout).toContain('aborted');
  });

  test.each([
    ['that is idle and was left to itself', 'idle', 'aborted'],
    ['whose reader takes no more', 'paused', 'source returned'],
  ])('E13 %s is released, and the program ends as it would', async (_, how, released) => {
    const { code, stdout, stderr } = await program('unsettled', [how]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toContain(released);
  });
});

test('Q19 E8 a source that gives promises is refused, and those that reject do not end the program', async () => {
  const { code, stdout, stderr } = await program('promised-items', []);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim().split('\n')).toEqual([
    'PlanError flow(source)',
    'PlanError the source gives a promise as an item, whose work has begun before the flow could limit it',
    'PlanError the source gives a promise as an item, whose work has begun before the flow could limit it',
    'StageError stage "source" failed',
    'alive',
  ]);
});

test('E5 E8 a run that was cancelled while a setup or an import hung keeps no program alive', async () => {
  const { code, stdout, stderr } = await program('never-open', []);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'setup ERR_CANCELLED\nmodule ERR_CANCELLED\n', stderr: '' });
});
