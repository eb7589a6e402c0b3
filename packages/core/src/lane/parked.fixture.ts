// A script that awaits a run at its top level. Only lanes import it: there the run never settles, and the lines after it never run.
import { flow } from '../declare/flow/flow.js';
import { cpu } from '../declare/steps/stage.js';
import { pipeline } from '../run/pipeline.js';

const adds = pipeline(import.meta, 'adds', ({ added }: { added: number }) =>
  flow([1]).pipe(cpu('add', (n: number) => n + added)),
);
await adds.run({ added: 1 });
pipeline(import.meta, 'too late', () => flow([1]).pipe(cpu('add', (n: number) => n)));
throw new Error('a lane must not get here');
