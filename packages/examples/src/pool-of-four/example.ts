import { threadPool } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { work } from './tasks.js';

export const example = declare(
  {
    tasks: { doc: 'tasks', default: 5, short: 5 },
    workers: { doc: 'threads of the pool', default: 4, short: 4 },
    ms: { doc: 'the longest that a task takes, in ms', default: 1_000, short: 5 },
  },
  async ({ tasks, workers, ms }, print) => {
    const pool = threadPool({ workers });
    const jobs = Array.from({ length: tasks }, (_, index) => ({
      name: `task ${index + 1}`,
      ms: 1 + Math.floor(Math.random() * ms),
    }));
    const results = jobs.map((job) =>
      pool.submit(work, job).then(({ name, worker }) => print(`${name}: ${job.ms} ms in worker ${worker}`)),
    );
    // Closed from here on, while the tasks still run: what comes later is refused.
    const joined = pool.drain();
    await pool.submit(work, { name: 'too late', ms: 0 }).catch((error: Error) => print(`closed: ${error.message}`));
    await joined;
    await Promise.all(results);
    print(`joined: ${pool.lanes.map(({ worker, items }) => `worker ${worker} had ${items}`).join(', ')}`);
  },
);
