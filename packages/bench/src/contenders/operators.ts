import { Readable } from 'node:stream';
import type { Outcome, Size } from '../contender.js';
import { double, increment, isOdd, numberArray, numberTally } from '../workloads/steps.js';

export async function nodeStreams(size: Size): Promise<Outcome> {
  const tally = numberTally();
  const outputs: AsyncIterable<number> = Readable.from(numberArray(size)).map(increment).filter(isOdd).map(double);
  for await (const output of outputs) tally.add(output);
  return tally.outcome;
}

export async function arrayMethods(size: Size): Promise<Outcome> {
  const tally = numberTally();
  for (const output of numberArray(size).map(increment).filter(isOdd).map(double)) tally.add(output);
  return tally.outcome;
}

/** Also what must come out. */
export function oneLoop(size: Size): Outcome {
  const tally = numberTally();
  for (const n of numberArray(size)) {
    const more = increment(n);
    if (isOdd(more)) tally.add(double(more));
  }
  return tally.outcome;
}
