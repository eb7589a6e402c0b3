import { timerMs } from './task-timeout.js';

/** Whether it is fulfilled within the time; rejects when it is rejected by then. What comes of it later is nobody's affair. */
export async function settlesWithin(promise: unknown, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timerMs(ms));
  });
  try {
    return await Promise.race([Promise.resolve(promise).then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
