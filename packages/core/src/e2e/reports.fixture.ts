import { cpu, flow, io, type Pipeline, pipeline } from '@millrace/core';

const numbers = Array.from({ length: 200 }, (_, i) => i);
const spin = cpu('heavy', (n: number) => {
  const end = performance.now() + 4;
  while (performance.now() < end);
  return n;
});

/** Keeps its lanes busy. */
export const heavy: Pipeline<undefined> = pipeline(import.meta, 'heavy', (_: undefined) =>
  flow(numbers).pipe(
    io('pass', (n: number) => n),
    spin,
  ),
);

/** The same without a stage on the main thread, which is warned of where the machine stands still. */
export const heavyAlone: Pipeline<undefined> = pipeline(import.meta, 'heavy-alone', (_: undefined) => flow(numbers).pipe(spin));
