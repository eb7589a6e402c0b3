import { Packr, RESET_BUFFER_MODE } from '#msgpackr';
import { isExact } from '../codec/exact.js';
import { CloneError } from '../errors.js';
import { readClone, writeClone } from '../wire/by-value.js';
import { cloneFault } from '../wire/clone-fault.js';

/** How an item lies in shared memory, by its first byte. */
const RECORD = 1;
const CLONE = 2;

const packer = new Packr({ useRecords: true, useToJSON: false, moreTypes: false });

/** An item as bytes, records where those are exact, as on the wire. @throws CloneError */
export function itemBytes(item: unknown): Uint8Array {
  try {
    if (isExact(item)) return withKind(RECORD, packer.pack(item, RESET_BUFFER_MODE));
    return withKind(CLONE, writeClone(item));
  } catch (cause) {
    const clone = (value: unknown): unknown => readClone(writeClone(value));
    throw cloneFault(item, 'item', clone) ?? new CloneError('the item cannot be copied into shared memory', 'item', { cause });
  }
}

export function itemOf(bytes: Uint8Array): unknown {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1);
  return bytes[0] === RECORD ? packer.unpack(content) : readClone(content);
}

function withKind(kind: number, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + content.length);
  bytes[0] = kind;
  bytes.set(content, 1);
  return bytes;
}
