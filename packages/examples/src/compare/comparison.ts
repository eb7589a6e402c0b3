import { type Language, type Runtime, runTrial } from './run-trial.js';
import { type Job, type Measured, type Trial, type Way, ways } from './trial.js';

/** A trial that was made, beside the sequential one of its job and language. */
export interface Row extends Measured {
  readonly job: Job;
  readonly language: Language;
  readonly way: Way;
  /** How many times as fast as doing one after another. */
  readonly speedup: number;
  /** Cores that were busy, on average. */
  readonly cores: number;
  /** What its items wait, all together, in ms. */
  readonly waitMs: number;
  /** CPU time of doing one after another: what the work itself needs, in ms. */
  readonly workMs: number;
}

/** Makes all trials, one after the other. @throws Error when two of a job do not come to the same result */
export async function compare(
  wanted: readonly Job[],
  runtimes: readonly Runtime[],
  amounts: Omit<Trial, 'job' | 'way'>,
  made: (row: Row) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const job of wanted) {
    const first = rows.length;
    for (const runtime of runtimes) {
      let sequential: Measured | undefined;
      for (const way of ways) {
        const measured = await runTrial(runtime, { job, way, ...amounts });
        sequential ??= measured;
        const row = {
          ...{ job, way, language: runtime.language, ...measured },
          speedup: sequential.ms / measured.ms,
          cores: measured.cpuMs / measured.ms,
          waitMs: job === 'cpu' ? 0 : amounts.items * amounts.ms,
          workMs: sequential.cpuMs,
        };
        rows.push(row);
        made(row);
      }
    }
    checkDigests(rows.slice(first));
  }
  return rows;
}

function checkDigests(rows: readonly Row[]): void {
  const odd = rows.find(({ digest }) => digest !== rows[0]?.digest);
  if (odd !== undefined)
    throw new Error(`${odd.job}: ${odd.language}, ${odd.way} came to ${odd.digest}, and ${rows[0]?.way} to ${rows[0]?.digest}`);
}
