import type { Workload } from './workload.js';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly score: number;
}

// Flat strings that exist before the clock starts: the source is to cost next to nothing.
const names = Array.from({ length: 1024 }, (_, i) => `customer ${String(i).padStart(4, '0')}`);

/** Small objects and next to no work: what is measured is the way of an item. */
export const objects: Workload<Row, Row> = {
  name: 'objects',
  *items({ items }) {
    for (let id = 0; id < items; id++) yield { id, name: names[id & 1023]!, score: id * 0.5 };
  },
  task: ({ id, name, score }) => ({ id, name, score: score * 2 }),
  digest: ({ id, name, score }) => id + score * 7 + name.charCodeAt(name.length - 1),
};
