import { task } from '@millrace/workers';

/** By its definition, which calls itself very often: 1, 1, 2, 3, 5 … */
const fibonacci = (n: number): number => (n < 2 ? 1 : fibonacci(n - 1) + fibonacci(n - 2));
const factorial = (n: number): bigint => (n < 2 ? 1n : BigInt(n) * factorial(n - 1));
const total = (n: number): number => (n < 2 ? 1 : n + total(n - 1));

export const fib = task(import.meta, 'fib', fibonacci);
export const fac = task(import.meta, 'fac', factorial);
export const sum = task(import.meta, 'sum', total);
