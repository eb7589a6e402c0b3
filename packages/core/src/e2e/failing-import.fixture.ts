import { isMainThread } from 'node:worker_threads';
import { cpu, flow, type OpenPipeline, pipeline } from '@millrace/core';

export const unloadable: OpenPipeline<undefined, number> = pipeline(import.meta, 'unloadable', (_: undefined) =>
  flow([1]).pipe(cpu('same', (n: number) => n)),
);

if (!isMainThread) throw new SyntaxError('this module does not load in a worker');
