import { numbers } from './numbers.js';
import { objects } from './objects.js';
import { buffers, strings } from './payloads.js';
import { longSpin, shortSpin } from './spin.js';
import type { Workload } from './workload.js';

const all: readonly Workload[] = [objects, shortSpin, longSpin, strings, buffers, numbers];
const byName = new Map(all.map((workload) => [workload.name, workload]));

/** By its name: what a worker, which is sent no functions, knows of a workload. */
export function workloadNamed(name: string): Workload {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`there is no workload "${name}": it is one of ${[...byName.keys()].join(', ')}`);
  return found;
}
