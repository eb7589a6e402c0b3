import { type ChainSpec, endOf, nameOf, rootsOf } from './fault-chain.fixture.js';
import {
  faultOf,
  firstOf,
  hasKey,
  hasOperators,
  inLane,
  outputsOf,
  type StageSpec,
  strikes,
  toleranceOf,
} from './fault-stage.fixture.js';
import { rootOf } from './fault-trace.fixture.js';

export interface Counts {
  ok: number;
  filtered: number;
  skipped: number;
  deadLettered: number;
  retries: number;
}

export interface Letter {
  readonly stage: string;
  readonly item: string;
  readonly attempts: number;
}

/** What must come of a chain, computed plainly. */
export interface Expected {
  /** What the sink gets; when something is fatal and the order is kept, what it may get before that. */
  readonly items: readonly string[];
  /** Of each stage. */
  readonly counts: readonly Counts[];
  readonly letters: readonly Letter[];
  readonly refused: readonly string[];
  /** Whether `take` gets as many as it wants. */
  readonly enough: boolean;
  /** Items any of which fails the run, with their stage. */
  readonly fatal: readonly Letter[];
}

/** How far the order of the source is kept on the way to the end. */
export function orderOf({ stages, sink }: ChainSpec): 'input' | 'key' | 'none' {
  if (
    sink.concurrency > 1 ||
    stages.some((stage) => stage.order === 'none' && !hasOperators(stage) && !hasKey(stage) && stage.kind !== 'batch')
  )
    return 'none';
  return stages.some(hasKey) ? 'key' : 'input';
}

/** What a position says of an item that comes into the stage: `lowest`, that of some older item, as it was in a batch. */
export function lineageAt({ stages }: ChainSpec, stage: number): 'exact' | 'lowest' | 'none' {
  // Inline neighbours are one stage.
  const inline = (at: number): boolean => stages[at]?.kind === 'inline';
  let first = stage;
  while (inline(first) && inline(first - 1)) first -= 1;
  const before = stages.slice(0, first);
  if (before.some(hasOperators)) return 'none';
  return before.some(({ kind }) => kind === 'batch') ? 'lowest' : 'exact';
}

/**
 * Whether a lane that dies may take more with it than its item: state of operators, or an item that had given some of its outputs. What
 * lies in one lane then is a matter of time, so that there is no telling which.
 */
export function deathsSpread({ stages, lanes }: ChainSpec): boolean {
  const inLanes = stages.filter(inLane);
  const single = (stage: StageSpec): boolean =>
    !hasOperators(stage) && stage.does !== 'expand' && (stage.by === 'value' || stage.by === 'promise');
  return stages.some((stage) => faultOf(stage, lanes)?.how === 'exit') && !inLanes.every(single);
}

interface Passage {
  readonly outputs: readonly string[];
  readonly fate: 'ok' | 'filtered' | 'skipped' | 'deadLettered' | 'fatal';
  readonly attempts: number;
}

function passageOf(stage: StageSpec, lanes: boolean, item: string): Passage {
  const outputs = outputsOf(stage.does, item);
  const well = hasOperators(stage) || outputs.length > 0 ? 'ok' : 'filtered';
  const fault = faultOf(stage, lanes);
  if (fault === undefined || !strikes(fault, item)) return { outputs, fate: well, attempts: 1 };
  const { onError, attempts } = toleranceOf(stage);
  const given = fault.how === 'partial' ? firstOf(outputs) : [];
  // Nothing that was given is given again.
  const spent = given.length > 0 || fault.how === 'key' ? 1 : attempts;
  if (fault.times === 'once' && spent > 1) return { outputs, fate: well, attempts: 2 };
  const fate = onError === 'fail' ? 'fatal' : onError === 'skip' ? 'skipped' : 'deadLettered';
  return { outputs: given, fate, attempts: spent };
}

/** @param roots items that were read */
export function modelOf(spec: ChainSpec, roots = rootsOf(spec.source)): Expected {
  const ordered = orderOf(spec) === 'input';
  const letters: Letter[] = [];
  const fatal: Letter[] = [];
  const counts: Counts[] = [];
  // Items after a fatal one that would be overtaken by none: they cannot come out, but may be the one that the run fails by.
  let items = Array.from({ length: roots }, (_, i) => ({ item: String(i), late: false }));
  spec.stages.forEach((stage, index) => {
    const count = { ok: 0, filtered: 0, skipped: 0, deadLettered: 0, retries: 0 };
    counts.push(count);
    let late = false;
    items = items.flatMap(({ item, late: before }) => {
      const { outputs, fate, attempts } = passageOf(stage, spec.lanes, item);
      const given = outputs.map((output) => ({ item: output, late: late || before }));
      count.retries += attempts - 1;
      const letter = { stage: nameOf(index), item, attempts };
      if (fate === 'fatal') {
        fatal.push(letter);
        late = ordered;
      } else {
        count[fate] += 1;
        if (fate === 'deadLettered') letters.push(letter);
      }
      return given;
    });
  });
  const { refuses, onError, attempts } = spec.sink;
  const bad = (item: string): boolean => refuses !== undefined && rootOf(item) % refuses.every === refuses.at;
  // Without an order there is no telling which they are.
  const taken = spec.take !== undefined && ordered ? items.slice(0, spec.take) : items;
  const came = taken.map(({ item }) => item);
  const refused = came.filter(bad).map((item) => ({ stage: 'sunk', item, attempts }));
  if (onError === 'fail') fatal.push(...refused);
  if (onError === 'deadLetter') letters.push(...refused);
  let late = false;
  const delivered = taken.filter((each) => {
    if (onError === 'fail' && bad(each.item)) late = ordered;
    return !each.late && !late && !bad(each.item);
  });
  return {
    items: delivered.map(({ item }) => item),
    counts,
    letters,
    enough: spec.take !== undefined && items.length >= spec.take,
    refused: refused.map(({ item }) => item),
    fatal,
  };
}

/** Whether something may fail the run that is no item of a stage. */
export const mayBreak = (spec: ChainSpec): { source: boolean; write: boolean; letters: boolean } => ({
  source: endOf(spec.source) === 'throw',
  write: spec.sink.breaksAt !== undefined && spec.sink.attempts === 1,
  letters: spec.lettersBreak,
});
