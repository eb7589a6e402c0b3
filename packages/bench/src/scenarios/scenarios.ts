import type { Scenario } from '../scenario.js';
import { cpuGuarded } from './cpu-guarded.js';
import { cpuObjects } from './cpu-objects.js';
import { cpuTenth, cpuWhole } from './cpu-spin.js';
import { io20ms, ioImmediate } from './io.js';
import { latency } from './latency.js';
import { memory } from './memory.js';
import { oneFile } from './one-file.js';
import { operators } from './operators.js';
import { buffers64k, strings1k } from './payloads.js';
import { postgresCopy } from './postgres-copy.js';
import { readers } from './readers.js';

export const scenarios: readonly Scenario[] = [
  cpuObjects,
  cpuGuarded,
  cpuTenth,
  cpuWhole,
  strings1k,
  buffers64k,
  latency,
  memory,
  ioImmediate,
  io20ms,
  operators,
  readers,
  oneFile,
  postgresCopy,
];
