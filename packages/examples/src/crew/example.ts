import { processQueue, SharedQueue, spawnProcess, spawnThread } from '@millrace/workers';
import { example as declare, type Print } from '../runner/example.js';
import { resultsOf } from '../runner/results.js';
import { consume, consumeShared, produce, produceShared, type Range } from './tasks.js';

export const example = declare(
  {
    items: { doc: 'items in all', default: 6_000, short: 60 },
    producers: { doc: 'producers, that have a range of the items each', default: 3, short: 2 },
    consumers: { doc: 'consumers', default: 3, short: 2 },
    capacity: { doc: 'items that the queue holds', default: 10, short: 3 },
  },
  async ({ items, producers, consumers, capacity }, print) => {
    const numbered = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
    const ranges = numbered(producers, (n) => ({
      from: Math.floor((n * items) / producers),
      to: Math.floor(((n + 1) * items) / producers),
    }));
    const crew = numbered(consumers, (n) => `consumer ${n + 1}`);
    await onThreads({ ranges, crew, capacity }, tell('threads', items, print));
    await onProcesses({ ranges, crew, capacity }, tell('processes', items, print));
  },
);

interface Work {
  readonly ranges: readonly Range[];
  /** Names of the consumers. */
  readonly crew: readonly string[];
  readonly capacity: number;
}

interface Got {
  readonly name: string;
  readonly items: readonly number[];
}

type Tell = (got: readonly Got[]) => void;

async function onThreads({ ranges, crew, capacity }: Work, tell: Tell): Promise<void> {
  const queue = new SharedQueue<number>({ capacity });
  const consumers = crew.map((name) => spawnThread(name, consumeShared, queue));
  await resultsOf(ranges.map((range) => spawnThread(`producer of ${range.from} on`, produceShared, { queue, ...range })));
  // The end comes once, when all producers are done: whoever gets, and however many they are, sees it after the last item.
  queue.close();
  tell(await resultsOf(consumers));
}

async function onProcesses({ ranges, crew, capacity }: Work, tell: Tell): Promise<void> {
  const queue = processQueue<number>({ capacity });
  const consumers = crew.map((name) => spawnProcess(name, consume, queue));
  await resultsOf(ranges.map((range) => spawnProcess(`producer of ${range.from} on`, produce, { queue, ...range })));
  queue.close();
  tell(await resultsOf(consumers));
}

function tell(kind: string, items: number, print: Print): Tell {
  return (got) => {
    for (const { name, items } of got) print(`${kind}: ${name} has got ${items.length}, then the end`);
    const times = new Map<number, number>();
    for (const item of got.flatMap(({ items }) => items)) times.set(item, (times.get(item) ?? 0) + 1);
    const once = [...times.values()].filter((count) => count === 1).length;
    print(`${kind}: ${once} of ${items} items were got exactly once`);
  };
}
