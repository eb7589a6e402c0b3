import { Session } from 'node:inspector';
import { millraceIo } from './dist/contenders/io-millrace.js';
import { inRuns } from './dist/contenders/io-run.js';
import { rxjsMergeMap } from './dist/contenders/io-rxjs.js';
import { numbers } from './dist/workloads/numbers.js';

const s = new Session();
s.connect();
const post = (m, p) => new Promise((r, j) => s.post(m, p, (e, v) => (e ? j(e) : r(v))));
const which = process.argv[2];
const run = inRuns(numbers, 'none', which === 'rx' ? rxjsMergeMap : millraceIo);
await run({ items: 200000 });
const n = 2_000_000;
await post('HeapProfiler.startSampling', {
  samplingInterval: 8192,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
});
await run({ items: n });
const { profile } = await post('HeapProfiler.stopSampling');
const flat = new Map();
let sum = 0;
(function walk(node, path) {
  const f = node.callFrame;
  const k = `${f.functionName} ${f.url.split('/').slice(-2).join('/')}:${f.lineNumber + 1}`;
  const p = [k, ...path].slice(0, 3);
  sum += node.selfSize;
  flat.set(p.join(' < '), (flat.get(p.join(' < ')) ?? 0) + node.selfSize);
  for (const ch of node.children) walk(ch, p);
})(profile.head, []);
console.log(which, 'bytes/item', sum / n);
for (const [k, v] of [...flat].sort((a, b) => b[1] - a[1]).slice(0, 22)) console.log((v / n).toFixed(1), k);
