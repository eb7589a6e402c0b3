/** Clock and timers of what waits, in a run and in a lane; tests bring their own. */
export interface Timers {
  /** In ms, from any origin; never goes back. */
  readonly now: () => number;
  /** Calls once after so many ms, never at once; what it returns calls that off. */
  readonly after: (ms: number, then: () => void) => () => void;
}

/** Those of Node.js. They keep the program alive: what waits for them is a part of a run. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
