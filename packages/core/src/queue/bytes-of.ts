import { types } from 'node:util';

/**
 * Bytes of an item as limits count them. A string counts its length, one byte a UTF-16 unit: what Latin-1 texts take, half of what others
 * do. A typed array, DataView or Buffer counts the bytes that it shows, an ArrayBuffer its own. All else counts nothing: to look into
 * objects would cost a walk over each item. Shared memory is nobody's to hold, and counts nothing either.
 */
export function bytesOf(item: unknown): number {
  if (typeof item === 'string') return item.length;
  if (typeof item !== 'object') return 0;
  // Not by `instanceof`, which asks a proxy, and that may throw.
  return ArrayBuffer.isView(item) || types.isArrayBuffer(item) ? item.byteLength : 0;
}
