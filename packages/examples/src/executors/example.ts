import { loopPool, processPool, type TaskPool, threadPool } from '@millrace/workers';
import { example as declare, type Print } from '../runner/example.js';
import { collatzSteps } from './tasks.js';

export const example = declare(
  {
    numbers: { doc: 'numbers to try', default: 200_000, short: 30 },
    workers: { doc: 'workers of each pool', default: 2, short: 1 },
  },
  async ({ numbers, workers }, print) => {
    // The word is all that differs.
    for (const [name, makePool] of Object.entries({ loopPool, threadPool, processPool })) {
      await makePool({ workers }).use((pool) => theJob(pool, numbers, (line) => print(`${name}: ${line}`)));
    }
  },
);

async function theJob(pool: TaskPool, numbers: number, print: Print): Promise<void> {
  print(`27 takes ${await pool.submit(collatzSteps, 27)} steps`);

  const all = Array.from({ length: numbers }, (_, index) => index + 1);
  let longest = { n: 1, steps: 0 };
  let n = 0;
  for await (const steps of pool.map(collatzSteps, all)) {
    n += 1;
    if (steps > longest.steps) longest = { n, steps };
  }
  print(`of 1 to ${numbers}, ${longest.n} takes most: ${longest.steps}`);

  for await (const settled of pool.asCompleted(collatzSteps, [0]))
    print(settled.status === 'fulfilled' ? `0 takes ${settled.value}` : `0 fails: ${String(settled.reason)}`);
}
