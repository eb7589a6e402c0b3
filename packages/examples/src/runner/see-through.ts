import { type Run, type RunReport, runMain } from '@millrace/core';
import type { Print } from './example.js';

/**
 * Sees a run to its end, as `runMain` does: Ctrl-C drains it, what fails is told on stderr and in the exit code.
 *
 * @returns the report of a run whose outputs are there; undefined of one that failed or was cancelled
 */
export async function seeThrough(run: Run, print: Print): Promise<RunReport | undefined> {
  const report = await runMain(run);
  if (report === undefined || (report.outcome !== 'completed' && report.outcome !== 'drained')) return undefined;
  const lost = report.stages.reduce((sum, { deadLettered }) => sum + deadLettered, 0);
  print(`${report.read} read, ${report.delivered} delivered, dead letters: ${lost}. ${report.bottleneck.text}`);
  return report;
}
