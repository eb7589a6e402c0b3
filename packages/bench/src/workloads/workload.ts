import type { Outcome, Size } from '../contender.js';
import { Tally } from '../tally.js';

/**
 * Items, what is done to each, and how outputs are told apart. These are methods and not function-typed members: so a workload of rows
 * is also one of unknown items, which is all that a contender needs to know.
 */
export interface Workload<I = unknown, O = unknown> {
  /** Workers find it by this, and its task as the export of that name of `contenders/tasks.ts`. */
  readonly name: string;
  /** Made anew for every run: a contender may give them away. */
  items(size: Size): Iterable<I>;
  task(item: I): O;
  digest(output: O): number;
}

export function tallyOf(workload: Workload): Tally {
  return new Tally((output) => workload.digest(output));
}

/** What comes of all items, each done once and in order. */
export function outcomeOf(workload: Workload, size: Size): Outcome {
  const tally = tallyOf(workload);
  for (const item of workload.items(size)) tally.add(workload.task(item));
  return tally.outcome;
}
