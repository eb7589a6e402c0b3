// What the workers of the peers run: each wants the tasks as exports of a module, under the names of the workloads.
import { workloadNamed } from '../workloads/workloads.js';

export const objects = taskOf('objects');
export const shortSpin = taskOf('shortSpin');
export const longSpin = taskOf('longSpin');
export const strings = taskOf('strings');
export const buffers = taskOf('buffers');

function taskOf(name: string): (item: unknown) => unknown {
  const workload = workloadNamed(name);
  return (item) => workload.task(item);
}
