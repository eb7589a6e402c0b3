import { cpu, flow, io, pipeline, stageAtWork } from '@millrace/core';

/** Its tasks print: `shout` in a lane, on both streams. */
export const printing = pipeline(import.meta, 'printing', (items: readonly string[]) =>
  flow(items).pipe(
    cpu('shout', (item: string) => {
      console.log(`out ${item}`);
      console.error(`err ${item}`);
      return item.toUpperCase();
    }),
  ),
);

/** What an io task sees at work when it is called, and after it has waited. */
export const watched = pipeline(import.meta, 'watched', (items: readonly string[]) =>
  flow(items).pipe(
    io('look', async () => {
      const called = stageAtWork();
      await new Promise(setImmediate);
      return [called, stageAtWork()];
    }),
  ),
);
