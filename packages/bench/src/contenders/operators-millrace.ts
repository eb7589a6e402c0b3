import { flow, pipeline } from '@millrace/core';
import { filter, map } from 'rxjs';
import type { Outcome, Size } from '../contender.js';
import type { Tally } from '../tally.js';
import { double, increment, isOdd, numberArray, numberTally } from '../workloads/steps.js';
import { tallySink } from './millrace-tally.js';

// It has no cpu stage: no worker calls the factory, and params are not cloned.
const steps = pipeline(import.meta, 'steps', ({ size, tally }: { readonly size: Size; readonly tally: Tally }) =>
  flow(numberArray(size))
    .pipe(map(increment), filter(isOdd), map(double))
    .to(tallySink(() => tally)),
);

export async function millraceOperators(size: Size): Promise<Outcome> {
  const tally = numberTally();
  await steps.run({ size, tally });
  return tally.outcome;
}
