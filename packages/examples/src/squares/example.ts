import { processPool, type TaskPool, threadPool } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { quad, square, squaresSeen, squaresSeenHere } from './tasks.js';

export const example = declare({ upTo: { doc: 'numbers from 1 to', default: 5, short: 3 } }, async ({ upTo }, print) => {
  const numbers = Array.from({ length: upTo }, (_, index) => index + 1);
  for (const [kind, makePool] of Object.entries({ threads: threadPool, processes: processPool })) {
    // One worker, so that one `seen` has them all.
    await makePool({ workers: 1 }).use(async (pool) => {
      const [squares, quads] = await Promise.all([all(pool, square, numbers), all(pool, quad, numbers)]);
      print(`${kind}: square ${squares.join(' ')}, quad ${quads.join(' ')}`);
      const there = await pool.submit(squaresSeen, undefined);
      print(`${kind}: the worker has seen [${there.join(' ')}], its parent [${squaresSeenHere().join(' ')}]`);
    });
  }
});

async function all(pool: TaskPool, task: typeof square, numbers: readonly number[]): Promise<number[]> {
  const results: number[] = [];
  for await (const result of pool.map(task, numbers)) results.push(result);
  return results;
}
