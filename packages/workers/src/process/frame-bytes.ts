import type { Packed } from '../codec/codec.js';
import type { Column } from '../codec/column.js';
import { readClone, writeClone } from '../wire/by-value.js';
import type { FromLane, ResolverName, ToLane } from '../wire/frame.js';
import type { WorkerIdentity } from '../wire/worker-identity.js';

/** Comes before any other frame: which lane the process is. */
export interface StartFrame {
  readonly kind: 'start';
  readonly lane: number;
  readonly resolver: ResolverName;
  readonly identity: WorkerIdentity;
  /** Whether SIGTERM ends it. Else it is for the process that started it to say what a SIGTERM to both of them means. */
  readonly heedsTerm: boolean;
  /** Whether it has a pipe that closes when the thread is gone that started it, and is to look at that. */
  readonly watchesPool: boolean;
}

export type ToProcess = StartFrame | ToLane;

/** Lengths of head and body, each as u32, little-endian. */
const PREFIX = 8;

/**
 * A frame for a pipe: prefix and head in one, and the body where there is one. The head is a clone of the frame; the body is the records
 * or strings of its values, as they are.
 *
 * Throws as `writeClone` does, and a RangeError when the frame has 4 GiB or more.
 */
export function frameBytes(frame: ToProcess | FromLane): readonly Uint8Array[] {
  const parts = 'values' in frame && frame.values !== undefined ? partsOf(frame.values) : undefined;
  const head = writeClone(parts === undefined ? frame : { ...frame, values: parts.rest }, PREFIX);
  head.writeUInt32LE(head.length - PREFIX, 0);
  head.writeUInt32LE(parts?.body?.length ?? 0, 4);
  return parts?.body === undefined ? [head] : [head, parts.body];
}

/** What the head holds of values whose bytes are the body. */
type Rest = { readonly kind: 'records' } | { readonly kind: 'strings'; readonly lengths: Int32Array };

interface Parts {
  readonly rest: Rest | Packed;
  readonly body?: Uint8Array;
}

/** Undefined for values that go in the head as they are. */
function partsOf(values: Packed): Parts | undefined {
  switch (values.kind) {
    case 'records':
      return { rest: { kind: 'records' }, body: new Uint8Array(values.bytes) };
    case 'strings': {
      const { bytes, used, lengths } = values.strings;
      return { rest: { kind: 'strings', lengths }, body: new Uint8Array(bytes, 0, used) };
    }
    case 'columns': {
      const { columns } = values.columns;
      if (!columns.some(({ kind }) => kind === 'strings')) return undefined;
      return { rest: { kind: 'columns', columns: { ...values.columns, columns: columns.map(trimmed) } } };
    }
    default:
      return undefined;
  }
}

/** What lies behind the strings of a column means nothing, and may be much. */
function trimmed(column: Column): Column {
  if (column.kind !== 'strings') return column;
  const { bytes, used, lengths } = column.strings;
  return { ...column, strings: { bytes: bytes.slice(0, used), used, lengths } };
}

function packedOf(rest: Rest, bytes: ArrayBuffer): Packed {
  if (rest.kind === 'records') return { kind: 'records', bytes };
  return { kind: 'strings', strings: { bytes, used: bytes.byteLength, lengths: rest.lengths } };
}

/** In the place of a frame that was whole, and could not be read. */
export class UnreadFrame {
  /** Its number, from 1. */
  readonly frame: number;
  readonly error: unknown;

  constructor(frame: number, error: unknown) {
    this.frame = frame;
    this.error = error;
  }
}

/** Puts frames together from the pieces in which a pipe brings them. */
export class FrameReader<F extends ToProcess | FromLane> {
  /** Frames that have come, those included that could not be read. */
  #came = 0;
  readonly #prefix = Buffer.alloc(PREFIX);
  #head: Uint8Array | undefined;
  /** What the next bytes belong to. */
  #part: Uint8Array<ArrayBuffer> = this.#prefix;
  #filled = 0;

  /**
   * The frames that are whole now. One that could not be read has its place among them: it means nothing before those that it came behind are
   * heard. Throws when the bytes are none, or one that is too large for the memory.
   */
  push(chunk: Uint8Array): readonly (F | UnreadFrame)[] {
    const frames: (F | UnreadFrame)[] = [];
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + this.#part.length - this.#filled);
      this.#part.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled < this.#part.length) break;
      const frame = this.#complete();
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  }

  #complete(): F | UnreadFrame | undefined {
    const bodyLength = this.#prefix.readUInt32LE(4);
    if (this.#part === this.#prefix) return this.#expect(Buffer.allocUnsafe(this.#prefix.readUInt32LE(0)));
    if (this.#head !== undefined) return this.#whole(this.#head, this.#part);
    if (bodyLength === 0) return this.#whole(this.#part, undefined);
    this.#head = this.#part;
    // Its buffer is handed on: never one of a pool.
    return this.#expect(new Uint8Array(bodyLength));
  }

  #whole(head: Uint8Array, body: Uint8Array<ArrayBuffer> | undefined): F | UnreadFrame {
    this.#head = undefined;
    this.#expect(this.#prefix);
    this.#came += 1;
    let frame: F;
    try {
      // Both ends are of one version: what was sent as a frame is one.
      frame = readClone(head) as F;
    } catch (error) {
      return new UnreadFrame(this.#came, error);
    }
    return body === undefined ? frame : { ...frame, values: packedOf((frame as { readonly values: Rest }).values, body.buffer) };
  }

  #expect(part: Uint8Array<ArrayBuffer>): undefined {
    this.#part = part;
    this.#filled = 0;
  }
}
