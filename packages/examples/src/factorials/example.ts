import { threadPool } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { stopwatch } from '../runner/stopwatch.js';
import { expectedDigits, factorialDigits } from './tasks.js';

export const example = declare(
  {
    step: { doc: 'the first number; the others are its multiples', default: 100_000, short: 100 },
    numbers: { doc: 'how many numbers', default: 5, short: 5 },
    workers: { doc: 'threads of the pool', default: 4, short: 2 },
  },
  async ({ step, numbers, workers }, print) => {
    const elapsed = stopwatch();
    const all = Array.from({ length: numbers }, (_, index) => (index + 1) * step);
    await threadPool({ workers }).use(async (pool) => {
      let at = 0;
      // Results in the order of the numbers, whichever thread is faster.
      for await (const digits of pool.map(factorialDigits, all)) {
        const n = all[at++]!;
        if (digits !== expectedDigits(n))
          throw new Error(`${n}! came with ${digits} digits; by logarithms it has ${expectedDigits(n)}`);
        print(`${n}! has ${digits} digits`);
      }
    });
    print(`took ${elapsed()} on ${workers} threads`);
  },
);
