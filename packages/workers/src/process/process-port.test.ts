import { expect, test } from '@jest/globals';
import type { WorkerDeathError } from '../errors.js';
import type { FromLane } from '../wire/frame.js';
import { ThrownDecoder } from '../wire/remote-error.js';
import { startProcess } from './process-port.js';

const resolver = { module: new URL('../lanes/process-tasks.fixture.js', import.meta.url).href, export: 'resolve' };

test('a process tells which item runs though its event loop is blocked, and ends with the reason it is given', async () => {
  let died!: (death: WorkerDeathError) => void;
  const death = new Promise<WorkerDeathError>((resolve) => {
    died = resolve;
  });
  const frames: FromLane['kind'][] = [];
  const port = startProcess(
    { lane: 5, resolver, startTimeoutMs: 9_000, resourceLimits: undefined, thrown: new ThrownDecoder() },
    { onFrame: ({ kind }) => frames.push(kind), onUnread: () => {}, onDeath: died },
  );
  port.post({ kind: 'open', job: 1, spec: { task: 'loop' }, timeoutMs: undefined, transfer: false });
  const values = { kind: 'clones', values: [1, 2] } as const;
  port.post({ kind: 'batch', job: 1, batch: 9, values, refused: undefined, spare: 1, attempts: undefined });
  while (port.running() === 'none') await new Promise((resolve) => setTimeout(resolve, 5));
  expect(port.running()).toEqual({ batch: 9, index: 0, exact: false });
  await port.terminate(new RangeError('long enough'));
  expect(await death).toMatchObject({
    signal: 'SIGKILL',
    cause: { name: 'RangeError' },
    message: expect.stringMatching(/^the worker process of lane 5 \(pid \d+\) was ended by SIGKILL: long enough$/),
  });
  expect(frames).toEqual(['ready', 'opening', 'opened']);
  expect(() => port.post({ kind: 'end', job: 1 })).not.toThrow();
  await port.terminate();
});
