import { Packr } from 'msgpackr';

/** What is posted, and what of it is handed over instead of being copied. */
interface Message {
  readonly body: unknown;
  readonly transfer?: readonly ArrayBuffer[];
}

/** How a hand-written loop puts items into a message. */
interface Encoding {
  readonly encode: (items: readonly unknown[]) => Message;
  readonly decode: (body: unknown) => readonly unknown[];
}

const packer = new Packr({ useRecords: true });

const encodings = {
  /** An item is a message. */
  item: { encode: ([item]) => ({ body: item }), decode: (body) => [body] },
  /** An item is a buffer, and is handed over. */
  transfer: {
    encode: ([item]) => ({ body: item, transfer: [(item as Uint8Array<ArrayBuffer>).buffer] }),
    decode: (body) => [body],
  },
  /** An item is a buffer, and a copy of it is handed over: the item stays, as in a pipeline, which runs it again when a worker dies. */
  copies: {
    encode: ([item]) => {
      const copy = (item as Uint8Array<ArrayBuffer>).slice();
      return { body: copy, transfer: [copy.buffer] };
    },
    decode: (body) => [body],
  },
  /** A batch is a message, copied by structured clone. */
  clones: { encode: (items) => ({ body: items }), decode: (body) => body as unknown[] },
  /** A batch is msgpack records in a buffer that is handed over. */
  records: {
    encode: (items) => {
      const bytes = Uint8Array.prototype.slice.call(packer.pack(items)).buffer;
      return { body: bytes, transfer: [bytes] };
    },
    decode: (body) => packer.unpack(Buffer.from(body as ArrayBuffer)) as unknown[],
  },
} as const satisfies Record<string, Encoding>;

export type EncodingName = keyof typeof encodings;

export function encodingNamed(name: EncodingName): Encoding {
  return encodings[name];
}
