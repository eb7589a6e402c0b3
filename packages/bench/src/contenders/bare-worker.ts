import { parentPort, workerData } from 'node:worker_threads';
import { workloadNamed } from '../workloads/workloads.js';
import type { BareOrder } from './bare-threads.js';

const { workload: name, size, nth, of }: BareOrder = workerData;
const workload = workloadNamed(name);
const digests = new Float64Array(Math.max(0, Math.ceil((size.items - nth) / of)));
let number = 0;
let next = 0;
for (const item of workload.items(size)) if (number++ % of === nth) digests[next++] = workload.digest(workload.task(item));
parentPort!.postMessage(digests);
