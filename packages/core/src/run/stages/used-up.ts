import { isUsedUpByReading } from '../../declare/flow/flow-source.js';
import { PlanError } from '../../errors.js';

/** Generator objects and streams that a run has begun to read: there is nothing left in them for another. */
const begun = new WeakSet<object>();

/** @throws PlanError with `refusal` for what a run has begun to read before */
export function useUp(items: object, refusal: string): void {
  if (begun.has(items)) throw new PlanError(refusal);
  begun.add(items);
}

/** What the function of a source has returned: one that gives the same stream to every run would give none to the second, without a word. */
export function unread(items: unknown): unknown {
  if (isUsedUpByReading(items)) {
    useUp(
      items,
      'the source function returned what a run has read before, and it can be read once only: make a new one in each call, as in flow(() => createReadStream(file))',
    );
  }
  return items;
}
