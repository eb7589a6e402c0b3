import { parentPort, workerData } from 'node:worker_threads';
import { workloadNamed } from '../workloads/workloads.js';
import { type EncodingName, encodingNamed } from './encoding.js';

/** What a hand-written worker is told at its start. */
export interface HandWrittenOrder {
  readonly workload: string;
  readonly encoding: EncodingName;
}

const order: HandWrittenOrder = workerData;
const workload = workloadNamed(order.workload);
const { encode, decode } = encodingNamed(order.encoding);
const port = parentPort!;

port.on('message', (received) => {
  const { body, transfer } = encode(decode(received).map((item) => workload.task(item)));
  port.postMessage(body, transfer);
});
