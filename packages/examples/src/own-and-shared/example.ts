import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MillraceError, processQueue, SharedValue, spawnProcess, spawnThread } from '@millrace/workers';
import { example as declare, type Print } from '../runner/example.js';
import { addOne, lookAround, visit } from './tasks.js';

export const example = declare({}, async (_, print) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'millrace-example-')));
  try {
    await tellOf('thread', spawnThread, folder, (line) => print(`a thread: ${line}`));
    await tellOf('process', spawnProcess, folder, (line) => print(`a process: ${line}`));
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function tellOf(kind: string, spawn: typeof spawnThread, folder: string, print: Print): Promise<void> {
  const basket = ['apple'];
  const file = join(folder, `${kind}.txt`);
  const letters = processQueue<string>();
  const there = await spawn('visitor', visit, { basket, file, folder, letters }).result;
  const here = lookAround();

  // Its own.
  print(`the module's variable is ${there.visits} there, ${here.visits} here`);
  print(`its argument is ${there.basket.join(' and ')} there, ${basket.join(' and ')} here`);
  print(`the environment variable is ${there.env} there, ${here.env} here`);
  // One or the other.
  print(`its process is ${there.pid === here.pid ? 'that of the program' : 'another one'}`);
  print(
    `its folder is ${there.folder === here.folder ? `that of the program: ${there.refused}` : 'the one that it has gone to, without the program'}`,
  );
  const counter = new SharedValue('int32');
  const counted = spawn('counter', addOne, counter).result.then(() => `it has counted, here it is ${counter.value}`, refusal);
  print(`shared memory: ${await counted}`);
  // Shared.
  print(`the file has ${(await readFile(file, 'utf8')).trimEnd()}, the queue has ${await letters.get()}`);
}

function refusal(error: unknown): string {
  if (error instanceof MillraceError) return `refused, ${error.code}`;
  throw error;
}
