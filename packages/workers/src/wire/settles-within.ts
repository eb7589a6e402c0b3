import { onAbort } from './abort.js';
import { timerMs } from './task-timeout.js';

/**
 * Whether it is fulfilled within the time, and before the signal; rejects when it is rejected by then. What comes of it later is nobody's
 * affair.
 */
export async function settlesWithin(promise: unknown, ms: number, signal?: AbortSignal): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  let unlisten: (() => void) | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timerMs(ms));
    unlisten = signal && onAbort(signal, () => resolve(false));
  });
  try {
    return await Promise.race([Promise.resolve(promise).then(() => true), late]);
  } finally {
    clearTimeout(timer);
    unlisten?.();
  }
}
