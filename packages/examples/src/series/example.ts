import { threadPool } from '@millrace/workers';
import { example as declare, type Print } from '../runner/example.js';
import { stopwatch } from '../runner/stopwatch.js';
import { fac, fib, sum } from './tasks.js';

export const example = declare(
  {
    fib: { doc: 'which Fibonacci number', default: 38, short: 12 },
    fac: { doc: 'which factorial', default: 1_000, short: 12 },
    sum: { doc: 'sum of the numbers up to', default: 1_000, short: 12 },
  },
  async (params, print) => {
    await threadPool({ workers: 3 }).use(async (pool) => {
      const calls = [
        () => pool.submit(fib, params.fib).then((value) => tell(print, `fib(${params.fib})`, value)),
        () => pool.submit(fac, params.fac).then((value) => tell(print, `fac(${params.fac})`, value)),
        () => pool.submit(sum, params.sum).then((value) => tell(print, `sum(${params.sum})`, value)),
      ];
      let elapsed = stopwatch();
      for (const call of calls) await call();
      print(`one after another: ${elapsed()}`);
      elapsed = stopwatch();
      await Promise.all(calls.map((call) => call()));
      print(`side by side: ${elapsed()}`);
    });
  },
);

function tell(print: Print, name: string, value: number | bigint): void {
  const digits = value.toString();
  print(`${name} = ${digits.length > 40 ? `${digits.slice(0, 20)}… (${digits.length} digits)` : digits}`);
}
