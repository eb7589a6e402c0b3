import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { Lock } from './lock.js';
import { type Steps, settle } from './parking.js';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./waiting.program.fixture.js', import.meta.url));

test('a program that only waits lives until it has, and ends then by itself', async () => {
  const { stdout, stderr } = await run(process.execPath, [program], { timeout: 25_000 });
  expect({ stdout, stderr }).toEqual({ stdout: 'false\ntrue\nenough\n', stderr: '' });
});

test('an abort while something is taken back first is told before anything else is waited for', async () => {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const told: unknown[] = [];
  function* steps(): Steps<void> {
    yield { cells, index: 0, seen: 0, patient: true };
    try {
      yield { cells, index: 1, seen: 0 };
    } catch (reason) {
      told.push(reason);
    }
  }
  const aborter = new AbortController();
  const waitAsync = jest.spyOn(Atomics, 'waitAsync');
  try {
    const waits = settle(steps(), { signal: aborter.signal });
    aborter.abort('enough');
    Atomics.notify(cells, 0);
    await waits;
    expect(told).toEqual(['enough']);
    expect(waitAsync.mock.calls.map(([, index]) => index)).toEqual([0]);
  } finally {
    waitAsync.mockRestore();
  }
});

test('one signal may be given to many waits without a warning', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', note);
  const lock = new Lock();
  await lock.acquire();
  const aborter = new AbortController();
  const waits = Array.from({ length: 20 }, () => lock.acquire({ signal: aborter.signal }));
  aborter.abort('enough');
  const outcomes = await Promise.allSettled(waits);
  expect(new Set(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason))).toEqual(new Set(['enough']));
  await new Promise(setImmediate);
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
