type View = Uint8Array<ArrayBuffer>;

/** Smaller buffers are cloned as fast as they are copied and handed over. */
const MIN_BYTES = 16_384;

/**
 * A copy of each value, ready to be handed over: one copying instead of the two of a clone, which goes through a message. Undefined when
 * not every value is a large `Uint8Array`, or a Buffer, over the whole of its own memory.
 */
export function copiesOf(values: readonly unknown[]): readonly View[] | undefined {
  if (!values.every(isLarge)) return undefined;
  // Not `value.slice()`: that of a Buffer shares its memory.
  return values.map((value) => new Uint8Array(value));
}

function isLarge(value: unknown): value is View {
  return (
    // Of another realm it is cloned, as anything unknown.
    value instanceof Uint8Array &&
    value.byteLength >= MIN_BYTES &&
    value.byteLength === value.buffer.byteLength &&
    isPlain(value.buffer)
  );
}

/** A clone of a resizable buffer is resizable, and shared memory stays shared. */
function isPlain(buffer: ArrayBufferLike): boolean {
  return buffer instanceof ArrayBuffer && !(buffer as { resizable?: boolean }).resizable;
}
