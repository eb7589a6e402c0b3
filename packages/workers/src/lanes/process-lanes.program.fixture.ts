// Runs in a process of its own, which a test kills, or which prints what may not be printed beside others.
import { lanePool } from '@millrace/workers';
import { ListJob, range, start } from './outcomes.fixture.js';

const [how, port, end] = process.argv.slice(2);
const resolver = { module: new URL('./process-tasks.fixture.js', import.meta.url).href, export: 'resolve' };
const pool = lanePool({ size: 2, isolation: 'process', resolver, resourceLimits: { maxOldGenerationSizeMb: 24 } });

if (how === 'memory') {
  const outcomes = await start(pool, { task: 'memoryAt7' }, range(20)).done;
  const { signal, lastStderrLine } = outcomes[7]!.death as { signal?: string; lastStderrLine?: string };
  const finished = outcomes.filter(({ values }) => values.length === 1).length;
  process.stdout.write(JSON.stringify({ signal, lastStderrLine, finished }));
  await pool.close();
} else {
  // One connection from each lane.
  await start(pool, { task: 'connectTo' }, [Number(port), Number(port)], { batchOf: 1 }).done;
  const job = new ListJob({ task: how! }, range(100), { batchOf: 50 });
  job.handle = pool.add(job);
  // When they are at it.
  const ends = { exit: () => process.exit(), throw: () => Promise.reject(new Error('the program fails')) };
  if (end !== undefined) setTimeout(ends[end as 'exit'], 200);
  await job.done;
}
