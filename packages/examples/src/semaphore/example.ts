import { BoundedSemaphore, Event, SharedValue, spawnThread } from '@millrace/workers';
import { example as declare } from '../runner/example.js';
import { resultsOf } from '../runner/results.js';
import { work } from './tasks.js';

export const example = declare(
  {
    workers: { doc: 'threads that need a licence', default: 10, short: 3 },
    licences: { doc: 'licences that there are', default: 3, short: 2 },
    jobs: { doc: 'jobs of each worker, one after another', default: 4, short: 3 },
    ms: { doc: 'how long a job takes, in ms', default: 100, short: 1, min: 0 },
  },
  async ({ workers, jobs, ms, ...given }, print) => {
    // Bounded: to give back more than was taken is an error, and not one licence more.
    const licences = new BoundedSemaphore(given.licences);
    const open = new Event();
    const place = { licences, open, inUse: new SharedValue('int32'), peak: new SharedValue('int32'), jobs, ms };
    const team = Array.from({ length: workers }, (_, n) => spawnThread(`worker ${n + 1}`, work, place));
    open.set();
    await Promise.all(team.map(({ result }) => result.then((name) => print(`${name} has done ${jobs} jobs`))));
    await resultsOf(team);
    print(`never more than ${place.peak.value} of ${given.licences} licences were in use`);
    print(`in the end ${licences.value} are there`);
  },
);
