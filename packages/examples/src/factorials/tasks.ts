import { task } from '@millrace/workers';

/** Decimal digits of n!. */
export const factorialDigits = task(import.meta, 'factorial-digits', (n: number) => product(1n, BigInt(n)).toString().length);

/** The product of all whole numbers from one to the other; factors of equal length, since a long number times a short one is dear. */
function product(from: bigint, to: bigint): bigint {
  if (to - from < 8n) {
    let result = 1n;
    for (let factor = from; factor <= to; factor += 1n) result *= factor;
    return result;
  }
  const middle = (from + to) / 2n;
  return product(from, middle) * product(middle + 1n, to);
}

/** The same number by logarithms, to check it. */
export function expectedDigits(n: number): number {
  let logarithm = 0;
  for (let factor = 2; factor <= n; factor += 1) logarithm += Math.log10(factor);
  return Math.floor(logarithm) + 1;
}
