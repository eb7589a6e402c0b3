import { expect, test } from '@jest/globals';
import { CloneError, type OutputLine, pipe, processQueue, spawnProcess } from '@millrace/workers';
import { describeSpawn } from './spawn.contract.js';
import * as tasks from './tasks.fixture.js';

describeSpawn({ kind: 'process', spawn: spawnProcess, terminated: -15 });

test('a process that does not hear SIGTERM is killed after its time, or by a second call', async () => {
  const [first, ofFirst] = pipe<string>();
  const [second, ofSecond] = pipe<string>();
  const patient = spawnProcess('patient', tasks.obey, { end: ofFirst, deaf: true }, { graceMs: 1_000_000 });
  const hasty = spawnProcess('hasty', tasks.obey, { end: ofSecond, deaf: true }, { graceMs: 1 });
  await first.recv();
  await second.recv();
  await hasty.terminate();
  expect(hasty.exitCode).toBe(-9);
  const terminating = patient.terminate();
  await patient.terminate('SIGKILL');
  await terminating;
  expect(patient.exitCode).toBe(-9);
  await expect(patient.result).rejects.toMatchObject({ signal: 'SIGKILL' });
});

test('an item that only threads can take fails the get of a process, and is lost to nobody else', async () => {
  const queue = processQueue<unknown>();
  await queue.put({ memory: new SharedArrayBuffer(8) });
  await queue.put(1);
  const worker = spawnProcess('isolated', tasks.consume, queue as never);
  await expect(worker.result).rejects.toMatchObject({ name: 'CloneError', path: 'value.memory' });
  await expect(worker.result).rejects.toBeInstanceOf(CloneError);
  await worker.join();
  await expect(queue.join()).rejects.toBeInstanceOf(CloneError);
  expect(await queue.get()).toBe(1);
});

test('a process ends by itself after its task: its exit listeners run', async () => {
  const lines: string[] = [];
  const onOutput = ({ text }: OutputLine): void => void lines.push(text);
  const worker = spawnProcess('polite', tasks.sayFarewell, undefined, { onOutput, graceMs: 1_000_000 });
  expect(await worker.join()).toBe(true);
  expect({ lines, exitCode: worker.exitCode }).toEqual({ lines: ['exit 0'], exitCode: 0 });
});
