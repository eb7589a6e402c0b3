import { type Connection, pipe, spawnProcess, spawnThread, type WorkerHandle } from '@millrace/workers';
import { example as declare, type Print } from '../runner/example.js';
import { beDeaf, computeForEver, exit, fail, finish } from './tasks.js';

export const example = declare(
  { graceMs: { doc: 'ms from SIGTERM to SIGKILL, for the process that is deaf', default: 1_000, short: 1 } },
  async ({ graceMs }, print) => {
    // As long as it takes: SIGTERM ends what does not listen for it.
    const patient = { graceMs: 60_000 };
    await kill((ready) => spawnProcess('a process', computeForEver, ready, patient), print);
    await kill((ready) => spawnThread('a thread', computeForEver, ready), print);
    await kill((ready) => spawnProcess('a deaf process', beDeaf, ready, { graceMs }), print);
    const ending = [
      spawnProcess('a process that says process.exit(7)', exit, 7),
      spawnProcess('a process whose task throws', fail),
      spawnProcess('a process whose task returns', finish),
    ];
    for (const worker of ending) await seeTheEndOf(worker, print);
  },
);

async function kill(start: (ready: Connection<string, never>) => WorkerHandle<unknown>, print: Print): Promise<void> {
  const [here, there] = pipe<never, string>();
  const worker = start(there);
  print(`${worker.name}: ${await here.recv()}; alive: ${worker.alive}`);
  await worker.terminate();
  print(`${worker.name}: terminated; alive: ${worker.alive}, exit code ${worker.exitCode}`);
}

async function seeTheEndOf(worker: WorkerHandle<unknown>, print: Print): Promise<void> {
  // Does not reject, however the worker ends: the exit code tells it, or the result.
  await worker.join();
  const result = await worker.result.catch((error: Error) => `${error.name}: ${error.message}`);
  print(`${worker.name}: exit code ${worker.exitCode}; ${result}`);
}
