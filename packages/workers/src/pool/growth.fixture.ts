import { task } from '@millrace/workers';

/** Computes for so many ms. */
export const spin = task(import.meta, 'spin', (ms: number) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return ms;
});
export const say = task(import.meta, 'say', (text: string) => {
  console.log(text);
  console.error(`${text}!`);
});
