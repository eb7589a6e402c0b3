/** Clocks, timers and chance of what waits for a server; tests bring their own. */
export interface Timing {
  /** In ms, from any origin; never goes back. */
  readonly now: () => number;
  /** In ms since 1970, as the dates of servers count. */
  readonly date: () => number;
  /** Calls once after so many ms, never at once; what it returns calls that off. */
  readonly after: (ms: number, then: () => void) => () => void;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export const systemTiming: Timing = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/** Longest time that a timer of Node.js waits, in ms. */
export const longestMs = 2_147_483_647;

/** Resolves after so many ms; rejects with the reason of an abort at once. */
export function wait(ms: number, signal: AbortSignal, { after }: Timing): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      callOff();
      reject(signal.reason);
    };
    const callOff = after(Math.min(ms, longestMs), () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
