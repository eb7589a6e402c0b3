import { cpu, flow, io, type OpenPipeline, pipeline } from '@millrace/core';

/** Endless numbers through a cpu and an io stage. */
export const endless: OpenPipeline<undefined, number> = pipeline(import.meta, 'endless', (_: undefined) =>
  flow(async function* () {
    for (let i = 0; ; i += 1) yield i;
  }).pipe(
    cpu('double', (n: number) => n * 2),
    io('pass', async (n: number) => n),
  ),
);

/** Two numbers, then nothing for ever. */
export const pending: OpenPipeline<undefined, number> = pipeline(import.meta, 'pending', (_: undefined) =>
  flow(async function* () {
    yield 1;
    yield 2;
    await new Promise<never>(() => {});
  }).pipe(cpu('double', (n: number) => n * 2)),
);

/** Its task never returns. */
export const stuck: OpenPipeline<undefined, number> = pipeline(import.meta, 'stuck', (_: undefined) =>
  flow([1, 2, 3]).pipe(
    cpu('loop', (n: number) => {
      if (n === 2) while (true);
      return n;
    }),
  ),
);
