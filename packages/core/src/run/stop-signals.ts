import type { RunReport } from './report/report.js';
import type { Run } from './run.js';

/** What asks a program to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** How a run came to its end. */
export interface Ending {
  /** Absent when it failed before there was one. */
  readonly report?: RunReport | undefined;
  /** What the run rejected with. */
  readonly failure?: { readonly error: unknown } | undefined;
  /** The first signal that came. */
  readonly signal?: StopSignal | undefined;
}

/**
 * Sees a run to its end: the first SIGINT or SIGTERM drains it, the second cancels it. Never rejects.
 *
 * @param tell gets a line for people when the first signal comes; must not throw
 */
export async function seeToEnd(run: Run, tell: (line: string) => void): Promise<Ending> {
  let signal: StopSignal | undefined;
  // `timeout` sends a signal to its child and then to all of its group: heard again before the loop has turned, it is the same. A span of time
  // would not do: who waits for the first to be told of sends the second within a fraction of a ms.
  let echoes = false;
  const onSignal = (received: StopSignal): void => {
    if (echoes && received === signal) return;
    if (signal === undefined) {
      signal = received;
      queueMicrotask(() => {
        echoes = true;
      });
      setImmediate(() => {
        echoes = false;
      });
      tell(`${received}: finishing what was read; once more to stop at once`);
      run.drain().catch(() => undefined);
    } else run.cancel(`second ${received}`);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return { report: await run.finished, signal };
  } catch (error) {
    return { report: reportOn(error), failure: { error }, signal };
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** The error may be the user's, and so are its getters. */
function reportOn(error: unknown): RunReport | undefined {
  try {
    return (error as { readonly report?: RunReport } | null | undefined)?.report;
  } catch {
    return undefined;
  }
}
