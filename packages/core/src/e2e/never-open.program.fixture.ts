// A program: runs that are cancelled while something is being opened that never will be. Prints how they ended, then ends by itself.
import { setImmediate as turn } from 'node:timers/promises';
import { flow, io, pipeline, type Run, type RunOptions, task } from '@millrace/core';

const never = (): Promise<never> => new Promise<never>(() => undefined);
/** So long would a timer that is left keep the program. */
const options: RunOptions = { graceMs: 10, startTimeoutMs: 600_000 };

const setup = pipeline(import.meta, 'setup', (_: undefined) => flow([1]).pipe(io('same', (n: number) => n, { setup: never })));
const module = pipeline(import.meta, 'module', (_: undefined) =>
  flow([1]).pipe(io('same', task(new URL('./never-loaded.fixture.js', import.meta.url), 'score'))),
);

async function ended(run: Run): Promise<string> {
  for (let i = 0; i < 20; i += 1) await turn();
  run.cancel();
  return run.finished.then(
    ({ outcome }) => outcome,
    ({ code }: { readonly code: string }) => code,
  );
}

console.log('setup', await ended(setup.start(undefined, options)));
console.log('module', await ended(module.start(undefined, options)));
