import { isMainThread, resourceLimits, threadId } from 'node:worker_threads';
import { cpu, flow, type OpenPipeline, pipeline } from '@millrace/core';
import { upTo } from './lane-kit.fixture.js';

/** Where each stage ran: its process, thread and limit. */
export interface Place {
  readonly pid: number;
  readonly thread: number;
  readonly main: boolean;
  readonly limitMb: number | undefined;
}

const here = (): Place => ({
  pid: process.pid,
  thread: threadId,
  main: isMainThread,
  limitMb: resourceLimits.maxOldGenerationSizeMb,
});

export const places: OpenPipeline<undefined, Place[]> = pipeline(import.meta, 'places', (_: undefined) =>
  flow(upTo(20)).pipe(
    cpu('thread', () => [here()]),
    cpu('process', (before: Place[]) => [...before, here()], { isolation: 'process' }),
    cpu('limited', (before: Place[]) => [...before, here()], { resourceLimits: { maxOldGenerationSizeMb: 48 } }),
    cpu('same thread', (before: Place[]) => [...before, here()]),
  ),
);

/** A signal that kills ends a whole process at once. */
export const killed: OpenPipeline<{ readonly keyed: boolean }, number> = pipeline(
  import.meta,
  'killed',
  ({ keyed }: { readonly keyed: boolean }) => {
    const kill = (n: number): number | Promise<never> => {
      if (n !== 5) return n;
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => {});
    };
    const key = keyed ? { key: (n: number) => n % 3 } : {};
    return flow(upTo(20)).pipe(cpu('kill', kill, { isolation: 'process', ...key }));
  },
);
