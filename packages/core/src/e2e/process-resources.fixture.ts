// Stages with a resource in each lane, which is a process: it shares no memory with the main thread.
import { cpu, flow, pipeline } from '@millrace/core';

interface Scene {
  readonly items: number;
  readonly trouble?: 'task dies once' | 'teardown throws' | 'teardown never ends';
}

const never = new Promise<never>(() => {});

export const processed = pipeline(import.meta, 'processed', ({ items, trouble }: Scene) =>
  flow(Array.from({ length: items }, (_, n) => n)).pipe(
    cpu(
      'query',
      (n, { resource, attempt }) => {
        if (trouble === 'task dies once' && n === 3 && attempt === 1) process.exit(3);
        return `${resource} ${n}`;
      },
      {
        isolation: 'process',
        retry: { attempts: 2, delayMs: 1 },
        setup: async () => 'row',
        teardown: async () => {
          if (trouble === 'teardown throws') throw new RangeError('not closed');
          if (trouble === 'teardown never ends') await never;
        },
      },
    ),
  ),
);
