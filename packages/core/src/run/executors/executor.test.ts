import { afterAll, describe } from '@jest/globals';
import { lanePool } from '@millrace/workers';
import type { AnyTask } from '../../declare/declaration.js';
import { cloneAcross } from '../clone.js';
import { AheadSlots } from './ahead-slots.js';
import { executorContract } from './executor.contract.js';
import { contractModule, type TaskName, tasks } from './executor.fixture.js';
import { LoopExecutor, type LoopOptions } from './loop-executor.js';
import { PoolExecutor } from './pool-executor.js';

const now = (): number => performance.now();

const loopOptions = (concurrency: number, timeoutMs: number | undefined): LoopOptions => ({
  concurrency,
  timeoutMs,
  context: { signal: new AbortController().signal, attempt: 1, stage: 'task', worker: 0, resource: undefined },
  ahead: new AheadSlots(4),
  overflow: (held) => new Error(`${held} held`),
  overdue: () => false,
  now,
});

const taskOf = (name: TaskName) => tasks[name] as AnyTask;

describe('the event loop', () => {
  executorContract({
    make: (name, work, timeoutMs) => new LoopExecutor(taskOf(name), work, loopOptions(4, timeoutMs)),
    concurrency: 4,
    copies: false,
    survivesExit: false,
    sharesMemory: true,
    timesOut: true,
  });
});

describe('inline, with values copied', () => {
  executorContract({
    make: (name, work, timeoutMs) => new LoopExecutor(taskOf(name), work, { ...loopOptions(1, timeoutMs), cross: cloneAcross }),
    concurrency: 1,
    copies: true,
    survivesExit: false,
    sharesMemory: true,
    timesOut: true,
  });
});

describe.each(['thread', 'process'] as const)('a pool of lanes that are each a %s', (isolation) => {
  const pool = lanePool({
    size: 2,
    isolation,
    resolver: { module: new URL('../../lane/resolve.js', import.meta.url).href, export: 'resolveLaneJob' },
    graceMs: 100,
  });
  afterAll(() => pool.close());
  executorContract({
    make: (task, work, timeoutMs) => {
      const stages = [{ name: 'task', kind: 'cpu' as const }];
      const spec = { module: contractModule, pipeline: 'contract', params: { task }, stages, stage: 'task', maxHeld: undefined };
      return new PoolExecutor(pool, work, { spec, workers: 2, maxBatch: 16, ahead: 2000, timeoutMs, now });
    },
    concurrency: 2,
    copies: true,
    survivesExit: true,
    sharesMemory: isolation === 'thread',
    timesOut: true,
  });
});
