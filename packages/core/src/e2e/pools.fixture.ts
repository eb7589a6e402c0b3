import { isMainThread, resourceLimits, threadId } from 'node:worker_threads';
import { cpu, flow, type OpenPipeline, pipeline } from '@millrace/core';
import { upTo } from './kit.fixture.js';

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

/** `process.abort` ends a whole process at once. */
export const aborting: OpenPipeline<undefined, number> = pipeline(import.meta, 'aborting', (_: undefined) =>
  flow(upTo(20)).pipe(cpu('abort', (n: number) => (n === 5 ? process.abort() : n), { isolation: 'process' })),
);
