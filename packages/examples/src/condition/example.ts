import { spawnThread } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { resultsOf } from '../runner/results.js';
import { boundedBuffer, close, peak } from './bounded-buffer.js';
import { consume, produce } from './tasks.js';

export const example = declare(
  {
    items: { doc: 'numbers that each of the two producers puts', default: 50_000, short: 200 },
    capacity: { doc: 'numbers that the buffer holds', default: 10, short: 3 },
    consumers: { doc: 'threads that take them', default: 3, short: 2 },
  },
  async ({ items, capacity, consumers }, print) => {
    const buffer = boundedBuffer(capacity);
    const taking = Array.from({ length: consumers }, (_, n) => spawnThread(`consumer ${n + 1}`, consume, buffer));
    await resultsOf([
      spawnThread('producer 1', produce, { buffer, from: 1, to: items }),
      spawnThread('producer 2', produce, { buffer, from: items + 1, to: 2 * items }),
    ]);
    await close(buffer);
    const results = await resultsOf(taking);

    for (const [n, { taken }] of results.entries()) print(`consumer ${n + 1} has taken ${taken}`);
    const total = (of: 'taken' | 'sum'): number => results.reduce((all, result) => all + result[of], 0);
    print(`${2 * items} put, ${total('taken')} taken; 1 + 2 + … + ${2 * items} = ${total('sum')}`);
    print(`never more than ${peak(buffer)} of ${capacity} slots were full`);
  },
);
