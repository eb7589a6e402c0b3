import { UnsettledError } from '../errors.js';
import type { RunSnapshot } from './run-events.js';

export { UnsettledError };

type StageSnapshot = RunSnapshot['stages'][number];

/** Who waits, the innermost last: what it does may let those around it go on. */
const waiting: (() => void)[] = [];

/**
 * Calls back, once, when nothing is left that could bring what is waited for: no timer, socket, file, worker or child process. Node.js
 * would end the program then: with exit code 13 where the top level of a module waits, else as if all were well, and without a word.
 *
 * @returns ends the watch
 */
export function onUnsettled(callback: () => void): () => void {
  const unwatch = (): void => {
    const at = waiting.indexOf(told);
    if (at !== -1) waiting.splice(at, 1);
    if (waiting.length === 0) process.off('beforeExit', tellInnermost);
  };
  const told = (): void => {
    unwatch();
    callback();
  };
  // One listener for all: Node.js warns of more than ten, and a program may have a hundred runs.
  if (waiting.length === 0) process.on('beforeExit', tellInnermost);
  waiting.push(told);
  return unwatch;
}

function tellInnermost(): void {
  // Node.js asks again only when the loop has turned.
  setImmediate(() => {});
  waiting.at(-1)?.();
}

/** Dead letters of a run that can never end. */
interface Letters {
  readonly name: string;
  /** Those that wait, or are being written. */
  readonly held: number;
  /** All else is done: they are to commit. */
  readonly settling: boolean;
}

/** @param ended names of the stages that have ended, or wait for others alone; undefined while there are none, as something is still to open */
export function unsettledRun(
  snapshot: RunSnapshot,
  ended: ReadonlySet<string> | undefined,
  letters: Letters | undefined,
): UnsettledError {
  return new UnsettledError(
    `the run can never end, as nothing is left that it could wait for: ${culprits(snapshot, ended, letters)}; ` +
      "see what they wait for, or give the stage timeoutMs. What waits on something that is unref'd must keep the program alive itself",
  );
}

function culprits({ stages }: RunSnapshot, ended: ReadonlySet<string> | undefined, letters: Letters | undefined): string {
  if (ended === undefined) return 'a source, a sink or a setup does not open';
  const holding = stages.filter((stage) => isTask(stage) && held(stage) > 0).map(holdingText);
  // First, as the stages may wait for room among them.
  if (letters !== undefined && letters.held > 0) holding.unshift(`"${letters.name}" does not write ${letters.held} that it has`);
  if (holding.length > 0) return holding.join(', ');
  if (letters?.settling) return `"${letters.name}" does not commit`;
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

function held({ in: taken, ok, filtered, skipped, deadLettered, failed, cancelled, waiting: queued }: StageSnapshot): number {
  return taken - ok - filtered - skipped - deadLettered - failed - cancelled - queued;
}

function holdingText(stage: StageSnapshot): string {
  const count = held(stage);
  return `stage "${stage.name}" holds ${count} ${count === 1 ? 'item and cannot finish it' : 'items and cannot finish them'}`;
}
