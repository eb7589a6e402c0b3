/** How deep in an output buffers are looked for: the output itself, its members, and theirs. */
const MAX_DEPTH = 2;
/** Arrays and dictionaries with more members are taken for data: looking through them would cost more than a copy of a buffer. */
const MAX_MEMBERS = 256;

type Meetings = Map<ArrayBufferLike, 'once' | 'in part' | 'again'>;

/**
 * The memory that outputs can leave to the other side instead of a copy: that of buffers and views over the whole of it. What is met twice
 * stays out, as do memory that others may hold (shared, or a slice of a pool, as small Buffers are) and memory that can grow.
 */
export function movableBuffers(outputs: readonly unknown[]): readonly ArrayBuffer[] {
  const met: Meetings = new Map();
  for (const output of outputs) collect(output, 0, met);
  const movable: ArrayBuffer[] = [];
  for (const [buffer, meeting] of met) if (meeting === 'once' && isPlain(buffer)) movable.push(buffer);
  return movable;
}

function collect(value: unknown, depth: number, met: Meetings): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    const whole = value.byteLength === value.buffer.byteLength;
    met.set(value.buffer, met.has(value.buffer) ? 'again' : whole ? 'once' : 'in part');
  } else if (isBuffer(value)) {
    met.set(value, met.has(value) ? 'again' : 'once');
  } else if (depth < MAX_DEPTH) {
    for (const member of membersOf(value)) collect(member, depth + 1, met);
  }
}

function membersOf(value: object): readonly unknown[] {
  try {
    if (Array.isArray(value)) return value.length > MAX_MEMBERS ? [] : value;
    const members = Object.values(value);
    return members.length > MAX_MEMBERS ? [] : members;
  } catch {
    // A getter of the user's: the clone will meet it again, and blame the item.
    return [];
  }
}

/** By their tag: a buffer may come from another realm. */
function isBuffer(value: object): value is ArrayBufferLike {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]';
}

/** An empty one may have been moved before; there is nothing to gain with it. */
function isPlain(buffer: ArrayBufferLike): buffer is ArrayBuffer {
  if (buffer.byteLength === 0 || (buffer as { readonly resizable?: boolean }).resizable === true) return false;
  return Object.prototype.toString.call(buffer) === '[object ArrayBuffer]';
}
