import { Packr, RESET_BUFFER_MODE } from '#msgpackr';
import { isExact } from './exact.js';

/** The values of a batch as they lie in a frame. */
export type Packed =
  /** Msgpack records of the whole batch, in a buffer that is transferred: about a third of the cost of clones. */
  | { readonly kind: 'records'; readonly bytes: ArrayBuffer }
  /** Cloned by the port itself. */
  | { readonly kind: 'clones'; readonly values: readonly unknown[] };

/** Handing a buffer over costs some 15 µs a round trip: with fewer values that is more than records save. */
const MIN_RECORDS = 32;

// A packer for each thread: packing is synchronous, and every buffer carries its own record definitions.
const packer = new Packr({ useRecords: true, useToJSON: false, moreTypes: false });

/** Throws what a getter of a value throws. What else cannot be cloned is found when the frame is posted. */
export function pack(values: readonly unknown[]): Packed {
  if (values.length < MIN_RECORDS || !areRecords(values)) return { kind: 'clones', values };
  const bytes = packer.pack(values, RESET_BUFFER_MODE);
  return { kind: 'records', bytes: Uint8Array.prototype.slice.call(bytes).buffer };
}

export function unpack(packed: Packed): readonly unknown[] {
  if (packed.kind === 'clones') return packed.values;
  return packer.unpack(Buffer.from(packed.bytes)) as readonly unknown[];
}

/** What must be handed over with the frame instead of being copied. */
export function transfersOf(packed: Packed): readonly ArrayBuffer[] {
  return packed.kind === 'records' ? [packed.bytes] : [];
}

function areRecords(values: readonly unknown[]): boolean {
  // A port clones numbers and strings faster than msgpack writes and reads them.
  const first = values[0];
  if (typeof first !== 'object' || first === null) return false;
  for (const value of values) if (!isExact(value)) return false;
  return true;
}
