import { processPool } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { primesIn } from './tasks.js';

export const example = declare(
  {
    upTo: { doc: 'primes below', default: 5_000_000, short: 1_000 },
    parts: { doc: 'ranges that it is cut into', default: 50, short: 10 },
    processes: { doc: 'processes of the pool', default: 4, short: 2 },
  },
  async ({ upTo, parts, processes }, print) => {
    const ranges = Array.from({ length: parts }, (_, part) => ({
      from: Math.floor((part * upTo) / parts),
      to: Math.floor(((part + 1) * upTo) / parts),
    }));
    const byProcess = new Map<number, number>();
    let total = 0;
    await processPool({ workers: processes }).use(async (pool) => {
      // Each as soon as it is there: a sum has no order.
      for await (const { primes, pid } of pool.mapUnordered(primesIn, ranges)) {
        total += primes;
        byProcess.set(pid, (byProcess.get(pid) ?? 0) + 1);
      }
    });
    print(`this is process ${process.pid}`);
    for (const [pid, taken] of byProcess) print(`process ${pid} has taken ${taken} of ${parts} ranges`);
    print(`there are ${total} primes below ${upTo}`);
  },
);
