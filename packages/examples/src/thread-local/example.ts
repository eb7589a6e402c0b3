import { Barrier, spawnThread } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { resultsOf } from '../runner/results.js';
import { attend, greeting } from './tasks.js';

export const example = declare(
  { students: { doc: 'their names', default: 'Alice Bob', short: 'Alice Bob' } },
  async ({ students }, print) => {
    const names = students.split(/\s+/).filter((name) => name !== '');
    const together = new Barrier(Math.max(1, names.length));
    const threads = names.map((name, n) => spawnThread(`thread ${n + 1}`, attend, { name, together }));
    for (const line of await resultsOf(threads)) print(line);
    print(greeting());
  },
);
