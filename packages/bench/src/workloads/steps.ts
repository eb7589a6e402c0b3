import type { Size } from '../contender.js';
import { Tally } from '../tally.js';

/** Items of a scenario that starts from an array. */
export function numberArray({ items }: Size): number[] {
  return Array.from({ length: items }, (_, i) => i & 1023);
}

// Three steps, none of which does much.
export function increment(n: number): number {
  return n + 1;
}

export function isOdd(n: number): boolean {
  return (n & 1) === 1;
}

export function double(n: number): number {
  return n * 2;
}

export function numberTally(): Tally {
  return new Tally((output) => output as number);
}
