import { task } from '@millrace/workers';

/** What happened, in order. */
export const happened: string[] = [];

let open: ((outcome: 'well' | 'badly') => void) | undefined;
let gate: Promise<'well' | 'badly'> = Promise.resolve('well');

/** From now on `setup` waits until it is let go. */
export function closeGate(): (outcome: 'well' | 'badly') => void {
  gate = new Promise((resolve) => {
    open = resolve;
  });
  happened.length = 0;
  return (outcome) => open?.(outcome);
}

export const setup = task(import.meta, 'setup', async () => {
  if ((await gate) === 'badly') throw new Error('no licence');
  happened.push('set up');
});
export const teardown = task(import.meta, 'teardown', () => void happened.push('torn down'));
export const same = task(import.meta, 'same', (item: number) => {
  happened.push(`ran ${item}`);
  return item;
});

export const listens = task(import.meta, 'listens', (listeners: number, { signal }) => {
  for (let i = 0; i < listeners; i += 1) signal.addEventListener('abort', () => {});
  return listeners;
});

/** Computes as it is told to, then waits for ever. */
export const computesThenWaits = task(import.meta, 'computesThenWaits', (compute: () => void) => {
  compute();
  return new Promise<never>(() => {});
});
