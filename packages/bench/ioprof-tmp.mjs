import { millraceIo } from './dist/contenders/io-millrace.js';
import { inRuns } from './dist/contenders/io-run.js';
import { rxjsMergeMap } from './dist/contenders/io-rxjs.js';
import { numbers } from './dist/workloads/numbers.js';

const which = process.argv[2];
const run = inRuns(numbers, 'none', which === 'rx' ? rxjsMergeMap : millraceIo);
await run({ items: 20000 });
const n = 5_000_000;
const c = process.cpuUsage();
const t = performance.now();
await run({ items: n });
const d = process.cpuUsage(c);
console.log(
  which,
  'user µs/item',
  (d.user / n).toFixed(4),
  'sys',
  (d.system / n).toFixed(4),
  'wall M/s',
  (n / (performance.now() - t) / 1e3).toFixed(2),
);
