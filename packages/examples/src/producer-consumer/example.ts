import { setTimeout as sleep } from 'node:timers/promises';
import { example as declare } from '../runner/example.js';
import { consumed } from './pipeline.js';
import { byQueue } from './queue.js';

export const example = declare(
  {
    items: { doc: 'items to produce', default: 10, short: 6 },
    consumers: { doc: 'consumers', default: 2, short: 2 },
    capacity: { doc: 'items that the queue holds', default: 3, short: 3 },
    ms: { doc: 'how long a consumer takes for an item, in ms', default: 200, short: 1, min: 0 },
  },
  async ({ ms, ...amounts }, print) => {
    const work = { ...amounts, consume: () => sleep(ms) };
    const peak = await byQueue(work, print);
    print(`never more than ${peak} of ${amounts.capacity} waited`);
    const { read, delivered, stages } = await consumed.run(work);
    const waited = stages.find(({ name }) => name === 'consume')?.queue.peak;
    print(`as a pipeline: ${read} produced, ${delivered} consumed, never more than ${waited} waited`);
  },
);
