import { cpu, flow, io, type Pipeline, pipeline } from '@millrace/core';

/** Keeps its lanes busy. */
export const heavy: Pipeline<undefined> = pipeline(import.meta, 'heavy', (_: undefined) =>
  flow(Array.from({ length: 200 }, (_, i) => i)).pipe(
    io('pass', (n: number) => n),
    cpu('heavy', (n: number) => {
      const end = performance.now() + 4;
      while (performance.now() < end);
      return n;
    }),
  ),
);
