import { Session } from 'node:inspector';
import { flow, io, pipeline } from '@millrace/core';

const s = new Session();
s.connect();
const post = (m, p) => new Promise((r, j) => s.post(m, p, (e, v) => (e ? j(e) : r(v))));
const sink = { name: 'n', open: async () => ({ write: async () => {}, commit: async () => {}, abort: async () => {} }) };
const variants = {
  ops: pipeline(import.meta, 'a', (n) => flow(Array.from({ length: n }, (_, i) => i)).to(sink)),
  io: pipeline(import.meta, 'b', (n) =>
    flow(Array.from({ length: n }, (_, i) => i))
      .pipe(io('x', (v) => v))
      .to(sink),
  ),
  iop: pipeline(import.meta, 'c', (n) =>
    flow(Array.from({ length: n }, (_, i) => i))
      .pipe(io('x', async (v) => v))
      .to(sink),
  ),
};
const [which, n, runs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const p = variants[which];
for (let i = 0; i < 200; i++) await p.run(n);
gc();
await post('HeapProfiler.startSampling', {
  samplingInterval: 1024,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: false,
});
for (let i = 0; i < runs; i++) await p.run(n);
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
console.log(which, n, 'promoted bytes/run', Math.round(sum / runs));
if (process.argv[5])
  for (const [k, v] of [...flat].sort((a, b) => b[1] - a[1]).slice(0, Number(process.argv[5])))
    console.log((v / runs).toFixed(1), k);
