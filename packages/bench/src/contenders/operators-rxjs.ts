import { filter, from, map } from 'rxjs';
import type { Outcome, Size } from '../contender.js';
import { double, increment, isOdd, numberArray, numberTally } from '../workloads/steps.js';

export async function rxjsOperators(size: Size): Promise<Outcome> {
  const tally = numberTally();
  from(numberArray(size))
    .pipe(map(increment), filter(isOdd), map(double))
    .subscribe((output) => tally.add(output));
  return tally.outcome;
}
