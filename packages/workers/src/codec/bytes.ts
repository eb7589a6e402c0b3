import type { Packed } from './codec.js';
import type { Column } from './column.js';

/**
 * Bytes that the values of a batch hold on their way. 0 for clones: only the port knows what it makes of them. A text counts one byte for
 * each of its UTF-16 units, as a port sends Latin-1; of other texts it sends twice as many.
 */
export function bytesOf(packed: Packed): number {
  switch (packed.kind) {
    case 'columns':
      return packed.columns.columns.reduce((sum, column) => sum + bytesOfColumn(column), 0);
    case 'records':
      return packed.bytes.byteLength;
    case 'strings':
      return packed.strings.used;
    case 'buffers':
      return packed.values.reduce((sum, { byteLength }) => sum + byteLength, 0);
    case 'clones':
      return 0;
  }
}

function bytesOfColumn(column: Column): number {
  const absent = column.absent?.byteLength ?? 0;
  if (column.kind === 'strings') return absent + column.strings.used;
  if (column.kind !== 'texts') return absent + column.values.byteLength;
  return column.pieces.reduce((sum, { length }) => sum + length, absent + column.lengths.byteLength);
}
