import { bytesOf } from '../codec/bytes.js';
import { type Packed, pack, transfersOf } from '../codec/codec.js';
import { CloneError } from '../errors.js';
import { copyOf, disown } from '../wire/clone-fault.js';
import type { FailureFrame, ToLane } from '../wire/frame.js';
import { encodeThrown } from '../wire/remote-error.js';
import type { WireEnd } from '../wire/worker-port.js';
import type { InFlight } from './in-flight.js';

type BatchFrame = Extract<ToLane, { readonly kind: 'batch' }>;

/**
 * Posts a batch as it is; failing that, with the items that can be cloned; failing that, with none.
 *
 * @returns the bytes of its items, as far as they are known
 */
export function postBatch({ number, entry, items, spare, attempts }: InFlight, { post, clone }: WireEnd<ToLane>): number {
  // An object literal, not one spread into another: V8 makes a new shape for each of those, which takes 3 µs.
  const frameOf = (values: Packed, refused: readonly FailureFrame[] | undefined): BatchFrame => ({
    kind: 'batch',
    job: entry.id,
    batch: number,
    values,
    refused,
    spare,
    attempts,
  });
  try {
    const values = pack(items);
    // Before it is posted: what is handed over has no bytes any more.
    const bytes = bytesOf(values);
    post(frameOf(values, undefined), transfersOf(values));
    return bytes;
  } catch {
    // Some item cannot be cloned; which one is told by its fault.
  }
  try {
    const { values, refused } = copied(items, clone);
    post(frameOf(values, refused));
  } catch (cause) {
    const { values, refused } = refusedAll(items, cause);
    post(frameOf(values, refused));
  }
  return 0;
}

/**
 * Each item that cannot be cloned is replaced by its failure, which the lane reports in order among the others, and each of these by its
 * copy: a getter may throw at any look.
 */
function copied(items: readonly unknown[], clone: WireEnd<ToLane>['clone']): Pick<BatchFrame, 'values' | 'refused'> {
  const refused: FailureFrame[] = [];
  const values = items.map((item, index) => {
    const copy = copyOf(item, 'item', clone);
    if (copy.kind === 'copy') return copy.value;
    disown([item]);
    refused.push({ index, error: encodeThrown(copy.fault) });
    return undefined;
  });
  return { values: { kind: 'clones', values }, refused };
}

/** Each can be cloned by itself, all of them are too many for the memory. */
function refusedAll(items: readonly unknown[], cause: unknown): Pick<BatchFrame, 'values' | 'refused'> {
  const error = encodeThrown(new CloneError('the items of a batch cannot be cloned together', 'item', { cause }));
  return { values: { kind: 'clones', values: items.map(() => undefined) }, refused: items.map((_, index) => ({ index, error })) };
}
