// What `trial.ts` starts: one contender, once, in a process of its own.
import { performance } from 'node:perf_hooks';
import type { RunContender } from '../contender.js';
import type { Scenario } from '../scenario.js';
import type { Measure, TrialAnswer, TrialOrder } from './measure.js';
import { cpuMsOfTree, peakBytesOfSelf } from './process-tree.js';

// Whoever has started it is gone: nobody would read the answer.
process.once('disconnect', () => process.exit(1));
process.once('message', (order: TrialOrder) => {
  perform(order).then(
    (measure) => answer({ kind: 'measured', measure }),
    (error: unknown) =>
      answer({ kind: 'threw', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

async function perform({ suite, scenario, contender, warmUp, measured }: TrialOrder): Promise<Measure> {
  const { scenarios }: { scenarios: readonly Scenario[] } = await import(suite);
  const found = scenarios.find(({ name }) => name === scenario)?.contenders.find(({ name }) => name === contender);
  if (found === undefined) throw new Error(`${suite} has no contender "${contender}" in a scenario "${scenario}"`);
  const run = await found.load();
  await run(warmUp);
  const startedAt = performance.now();
  await run({ ...measured, items: 1 });
  return measure(run, measured, performance.now() - startedAt);
}

async function measure(run: RunContender, size: TrialOrder['measured'], startMs: number): Promise<Measure> {
  const cpuBefore = cpuMsOfTree();
  const loopBefore = performance.eventLoopUtilization();
  const startedAt = performance.now();
  const finish = await run(size);
  const elapsedMs = performance.now() - startedAt - (finish.asideMs ?? 0);
  const mainBusy = performance.eventLoopUtilization(loopBefore).utilization;
  return {
    ...finish,
    items: size.items,
    elapsedMs,
    startMs,
    cpuMs: cpuMsOfTree() - cpuBefore,
    peakBytes: peakBytesOfSelf(),
    mainBusy,
  };
}

/** Ends the process too, whatever the contender has left behind. */
function answer(message: TrialAnswer): void {
  process.send!(message, () => process.exit(0));
}
