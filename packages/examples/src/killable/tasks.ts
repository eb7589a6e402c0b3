import { type Connection, task } from '@millrace/workers';

/** Says through the pipe that it has come so far. */
type Ready = Connection<string, never>;

/** Computes for ever: it hears nothing, and can only be ended. */
export const computeForEver = task(import.meta, 'compute-for-ever', async (ready: Ready) => {
  await ready.send('it computes');
  for (;;);
});

/** Waits for ever, and takes no notice of a polite SIGTERM. */
export const beDeaf = task(import.meta, 'be-deaf', async (ready: Ready) => {
  process.on('SIGTERM', () => {});
  await ready.send('it is deaf to SIGTERM');
  await new Promise(() => {});
});

/** Ends its whole worker by itself, before its task has given anything. */
export const exit = task(import.meta, 'exit', (code: number) => process.exit(code));

export const fail = task(import.meta, 'fail', () => {
  throw new RangeError('it is too much');
});

export const finish = task(import.meta, 'finish', () => 'a result');
