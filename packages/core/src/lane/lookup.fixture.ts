// Pipelines that a lane looks for, some of them declared as they should not be.
import { isMainThread } from 'node:worker_threads';
import { map } from 'rxjs';
import { flow } from '../declare/flow/flow.js';
import { cpu } from '../declare/steps/stage.js';
import { pipeline } from '../run/pipeline.js';

const plus = (added: number) => (n: number) => n + added;

pipeline(import.meta, 'adds', ({ added }: { added: number }) => flow([1]).pipe(map(plus(0)), cpu('add', plus(added))));

pipeline(import.meta, 'changes', () =>
  isMainThread ? flow([1]).pipe(cpu('add', plus(1))) : flow([1]).pipe(map(plus(0)), cpu('sum', plus(1))),
);

pipeline(import.meta, 'throws', () => {
  throw new RangeError('the factory throws');
});

export const lookupModule = import.meta.url;
