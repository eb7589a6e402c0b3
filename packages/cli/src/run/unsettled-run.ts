import type { Run, RunSnapshot } from '@millrace/core';
import { onUnsettled, UnsettledError } from '../shell/unsettled.js';

type StageSnapshot = RunSnapshot['stages'][number];

/** A run that is watched for items that never settle. */
export interface WatchedRun {
  /** Why it was cancelled; undefined when it was not. */
  readonly error: () => UnsettledError | undefined;
  readonly unwatch: () => void;
}

/** Cancels a run that can never end, so that its files are put away and its report is written. */
export function cancelUnsettled(run: Run): WatchedRun {
  let error: UnsettledError | undefined;
  const ended = new Set<string>();
  const events = run.events.subscribe((event) => {
    if (event.type === 'stageEnded') ended.add(event.stage);
  });
  const unwatch = onUnsettled(() => {
    error = new UnsettledError(
      `the run can never end, as nothing is left that it could wait for: ${culprits(run.snapshot(), ended)}; ` +
        "see what they wait for, or give the stage timeoutMs. What waits on something that is unref'd must keep the program alive itself",
    );
    run.cancel(error);
  });
  return {
    error: () => error,
    unwatch: () => {
      unwatch();
      events.unsubscribe();
    },
  };
}

function culprits({ state, stages }: RunSnapshot, ended: ReadonlySet<string>): string {
  if (state === 'starting') return 'a source, a sink or a setup does not open';
  const holding = stages.filter((stage) => isTask(stage) && held(stage) > 0);
  if (holding.length > 0) return holding.map(holdingText).join(', ');
  // From sources to sinks: the first that has not ended keeps all behind it.
  const first = stages.find(({ name }) => !ended.has(name));
  if (first === undefined) return 'a sink does not commit, or something is not given back';
  return first.kind === 'source'
    ? `the source "${first.name}" neither gives an item nor ends`
    : `the stage "${first.name}" does not end`;
}

/** What holds an item until its promise settles; batches and operators hold some as long as more may come. */
function isTask({ kind }: StageSnapshot): boolean {
  return kind === 'io' || kind === 'cpu' || kind === 'sink';
}

function held({ in: taken, ok, filtered, skipped, deadLettered, failed, cancelled, waiting }: StageSnapshot): number {
  return taken - ok - filtered - skipped - deadLettered - failed - cancelled - waiting;
}

function holdingText(stage: StageSnapshot): string {
  const count = held(stage);
  return `stage "${stage.name}" holds ${count} ${count === 1 ? 'item and cannot finish it' : 'items and cannot finish them'}`;
}
