import { Packr, RESET_BUFFER_MODE } from '#msgpackr';
import { copiesOf } from './buffers.js';
import { type Columns, columnsOf, rowsOf } from './columns.js';
import { isExact } from './exact.js';
import { packStrings, type Strings, unpackStrings } from './strings.js';

/** The values of a batch as they lie in a frame. */
export type Packed =
  /** Of one shape, with members that are primitives: about a third of the cost of records. */
  | { readonly kind: 'columns'; readonly columns: Columns }
  /** Msgpack records of the whole batch, in a buffer that is transferred: about a third of the cost of clones. */
  | { readonly kind: 'records'; readonly bytes: ArrayBuffer }
  /** Long strings, in a buffer that is transferred. */
  | { readonly kind: 'strings'; readonly strings: Strings }
  /** Large buffers, copied and transferred. */
  | { readonly kind: 'buffers'; readonly values: readonly Uint8Array<ArrayBuffer>[] }
  /** Cloned by the port itself. */
  | { readonly kind: 'clones'; readonly values: readonly unknown[] };

/** Handing a buffer over, or copying several, costs some 15 µs a round trip: with fewer values that is more than is saved. */
const MIN_BATCH = 32;

// A packer for each thread: packing is synchronous, and every buffer carries its own record definitions.
const packer = new Packr({ useRecords: true, useToJSON: false, moreTypes: false });

/** Throws what a getter of a value throws. What else cannot be cloned is found when the frame is posted. */
export function pack(values: readonly unknown[]): Packed {
  const copies = copiesOf(values);
  if (copies !== undefined) return { kind: 'buffers', values: copies };
  const strings = packStrings(values);
  if (strings !== undefined) return { kind: 'strings', strings };
  if (values.length < MIN_BATCH) return { kind: 'clones', values };
  const columns = columnsOf(values);
  if (columns !== undefined) return { kind: 'columns', columns };
  if (!areRecords(values)) return { kind: 'clones', values };
  const bytes = packer.pack(values, RESET_BUFFER_MODE);
  return { kind: 'records', bytes: Uint8Array.prototype.slice.call(bytes).buffer };
}

export function unpack(packed: Packed): readonly unknown[] {
  switch (packed.kind) {
    case 'columns':
      return rowsOf(packed.columns);
    case 'records':
      return packer.unpack(Buffer.from(packed.bytes)) as readonly unknown[];
    case 'strings':
      return unpackStrings(packed.strings);
    case 'buffers':
    case 'clones':
      return packed.values;
  }
}

/** What must be handed over with the frame instead of being copied. */
export function transfersOf(packed: Packed): readonly ArrayBuffer[] {
  switch (packed.kind) {
    case 'columns':
      return packed.columns.columns.flatMap((column) => (column.kind === 'strings' ? [column.strings.bytes] : []));
    case 'records':
      return [packed.bytes];
    case 'strings':
      return [packed.strings.bytes];
    case 'buffers':
      return packed.values.map(({ buffer }) => buffer);
    case 'clones':
      return [];
  }
}

function areRecords(values: readonly unknown[]): boolean {
  // A port clones numbers and strings faster than msgpack writes and reads them.
  const first = values[0];
  if (typeof first !== 'object' || first === null) return false;
  for (const value of values) if (!isExact(value)) return false;
  return true;
}
