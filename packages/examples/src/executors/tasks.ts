import { task } from '@millrace/workers';

/** Steps until a number has come to 1 by halving it, or tripling it and adding one. */
export const collatzSteps = task(import.meta, 'collatz-steps', (start: number) => {
  if (start < 1) throw new RangeError(`${start} never comes to 1`);
  let steps = 0;
  for (let n = start; n !== 1; steps += 1) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
  return steps;
});
