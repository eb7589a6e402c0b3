import { task, threadPool } from '@millrace/workers';
import { double } from './tasks.fixture.js';

export const sumOfDoubles = task(import.meta, 'sumOfDoubles', (items: readonly number[]) =>
  threadPool({ workers: 1 }).use(async (pool) => {
    let sum = 0;
    for await (const item of pool.map(double, items)) sum += item;
    return sum;
  }),
);
