import { UnsettledError } from '../errors.js';
import type { CommitBarrier } from './commit-barrier.js';
import type { DeadLetters } from './failures/dead-letters.js';
import type { RunSnapshot } from './report/run-events.js';
import type { Topology } from './topology.js';

type StageSnapshot = RunSnapshot['stages'][number];

/** A run at the moment when nothing is left that could bring what it waits for. */
export interface UnsettledFacts {
  readonly snapshot: RunSnapshot;
  readonly topology: Topology;
  readonly barrier: CommitBarrier;
  readonly letters: DeadLetters | undefined;
  /** Whether it delivers to sinks: what they have taken is not committed. */
  readonly hasSinks: boolean;
}

/** Why such a run can never end. */
export function unsettledError(facts: UnsettledFacts): UnsettledError {
  return new UnsettledError(
    `the run can never end, as nothing is left that it could wait for: ${culprits(facts)}; ` +
      "see what they wait for, or give the stage timeoutMs. What waits on something that is unref'd must keep the program alive itself",
  );
}

/** Whether something would be lost if it ended with its program: items in memory, or what sinks and dead letters have taken. */
export function losesItems({ snapshot, letters, hasSinks }: UnsettledFacts): boolean {
  return snapshot.live + (hasSinks ? snapshot.delivered : 0) + (letters?.written ?? 0) > 0;
}

function culprits({ snapshot: { stages }, topology, barrier, letters }: UnsettledFacts): string {
  if (topology.stages.length === 0) return 'a source, a sink or a setup does not open';
  const holding = stages.filter((stage) => isTask(stage) && held(stage) > 0).map(holdingText);
  // First, as the stages may wait for room among them.
  if (letters !== undefined && letters.held > 0) holding.unshift(`"${letters.name}" does not write ${letters.held} that it has`);
  if (holding.length > 0) return holding.join(', ');
  if (letters !== undefined && barrier.settling) return `"${letters.name}" does not commit`;
  // From sources to sinks: the first that has not ended keeps all behind it. What waits for others alone counts as ended.
  const over = new Set(
    topology.stages.filter((stage) => stage.ended || barrier.keeps(stage)).flatMap((stage) => topology.namesOf(stage)),
  );
  const first = stages.find(({ name }) => !over.has(name));
  if (first === undefined) return 'a sink does not commit, or something is not given back';
  return first.kind === 'source'
    ? `the source "${first.name}" neither gives an item nor ends`
    : `the stage "${first.name}" does not end`;
}

/** What holds an item until its promise settles; batches and operators hold some as long as more may come. */
function isTask({ kind }: StageSnapshot): boolean {
  return kind === 'io' || kind === 'cpu' || kind === 'sink';
}

function held({ in: taken, ok, filtered, skipped, deadLettered, failed, cancelled, waiting: queued }: StageSnapshot): number {
  return taken - ok - filtered - skipped - deadLettered - failed - cancelled - queued;
}

function holdingText(stage: StageSnapshot): string {
  const count = held(stage);
  return `stage "${stage.name}" holds ${count} ${count === 1 ? 'item and cannot finish it' : 'items and cannot finish them'}`;
}
