import type { Workload } from './workload.js';

const letters = 'abcdefghijklmnopqrstuvwxyz';
// As long as ASCII text of 1 KB is; each begins with a letter of its own.
const texts = Array.from({ length: 26 }, (_, i) => (letters[i]! + letters).repeat(38).slice(0, 1024));

/** Strings of 1 KB there and back. */
export const strings: Workload<string, string> = {
  name: 'strings',
  *items({ items }) {
    for (let i = 0; i < items; i++) yield texts[i % 26]!;
  },
  task: (text) => text,
  digest: (text) => text.length + text.charCodeAt(0) + text.charCodeAt(text.length - 1),
};

const chunkBytes = 65_536;
const chunk = Uint8Array.from({ length: chunkBytes }, (_, i) => i & 255);

/** Buffers of 64 KB there and back. Each item is a copy of its own, as a file reader would bring it, and may be given away. */
export const buffers: Workload<Uint8Array, Uint8Array> = {
  name: 'buffers',
  *items({ items }) {
    for (let i = 0; i < items; i++) {
      const item = chunk.slice();
      item[0] = i;
      yield item;
    }
  },
  task: (bytes) => {
    bytes[1] = bytes[0]! ^ 255;
    return bytes;
  },
  digest: (bytes) => bytes.length + bytes[0]! + bytes[1]! * 3 + bytes[bytes.length - 1]!,
};
