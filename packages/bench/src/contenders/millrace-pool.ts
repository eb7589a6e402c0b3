import { type Batch, type Job, type JobHandle, lanePool } from '@millrace/workers';
import type { RunContender } from '../contender.js';
import type { Workload } from '../workloads/workload.js';
import { oneByOne } from './one-by-one.js';

/** The pool below the pipelines, given a lone item at a time. */
export function millracePoolOneByOne(workload: Workload): RunContender {
  return async (size) => {
    const pool = lanePool({
      size: 1,
      resolver: { module: new URL('./millrace-lane.js', import.meta.url).href, export: 'resolveLane' },
    });
    const job = new LoneItemJob(workload.name);
    job.handle = pool.add(job);
    const finish = await oneByOne(workload, size, (item) => job.call(item));
    await pool.close();
    return finish;
  };
}

class LoneItemJob implements Job {
  readonly spec: string;
  readonly maxLanes = 1;
  readonly maxBatch = 1;
  handle: JobHandle | undefined;
  #waiting: Batch | undefined;
  #resolve: (output: unknown) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(workload: string) {
    this.spec = workload;
  }

  call(item: unknown): Promise<unknown> {
    this.#waiting = { items: [item] };
    this.handle!.poke();
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  readonly take = (): Batch | undefined => {
    const batch = this.#waiting;
    this.#waiting = undefined;
    return batch;
  };

  readonly reply: Job['reply'] = (_batch, { values, failures }) => {
    if (failures === undefined) this.#resolve(values[0]);
    else this.#reject(failures[0]?.error);
  };

  readonly lost: Job['lost'] = (_batch, _running, death) => this.#reject(death);

  readonly broken: Job['broken'] = (error) => this.#reject(error);
}
