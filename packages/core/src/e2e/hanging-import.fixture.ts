import { isMainThread } from 'node:worker_threads';
import { cpu, flow, type OpenPipeline, pipeline } from '@millrace/core';

if (!isMainThread) await new Promise<never>(() => setInterval(() => {}, 1_000));

export const hanging: OpenPipeline<undefined, number> = pipeline(import.meta, 'hanging', (_: undefined) =>
  flow([1]).pipe(cpu('same', (n: number) => n)),
);
