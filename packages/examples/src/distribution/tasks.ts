import { task } from '@millrace/workers';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Primes from one number up to, not including, the other, and the process that has counted them. */
export const primesIn = task(import.meta, 'primes-in', ({ from, to }: Range) => {
  let primes = 0;
  for (let n = Math.max(2, from); n < to; n += 1) if (isPrime(n)) primes += 1;
  return { primes, pid: process.pid };
});

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor += 1) if (n % divisor === 0) return false;
  return true;
}
