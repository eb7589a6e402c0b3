import { CancelledError, StageError, TimeoutError, WorkerDeathError } from '@millrace/core';
import { endOf, nameOf, rootsOf } from './fault-chain.fixture.js';
import { deathsSpread, type Expected, type Letter, lineageAt, mayBreak, modelOf, orderOf } from './fault-model.fixture.js';
import { faultOf, hasOperators } from './fault-stage.fixture.js';
import { rootOf } from './fault-trace.fixture.js';
import type { Ended, TrialSpec } from './fault-trial.fixture.js';
import { discrepancies } from './kit.fixture.js';

/** What is wrong with how a trial ended; empty when it ended as it must. */
export function wrongsOf(spec: TrialSpec, ended: Ended): string[] {
  const { outcome, report, error, unhandled, trace } = ended;
  if (outcome === 'none') return [error === undefined ? 'it hangs' : `it failed without a report: ${String(error)}`];
  const wrongs = [...(report === undefined ? [] : discrepancies(report)), ...releaseWrongs(ended)];
  if (unhandled.length > 0) wrongs.push(`unhandled: ${unhandled.map(String).join(', ')}`);
  if (trace.misplaced.length > 0) wrongs.push(`positions that are too high: ${trace.misplaced.join(', ')}`);
  // Of a reader without a report all may have been read.
  const read = report?.read ?? rootsOf(spec.source);
  const all = modelOf(spec);
  const early = ended.done === 'stop' || all.enough;
  const whole = (outcome === 'completed' || outcome === 'drained') && !early;
  wrongs.push(...outcomeWrongs(spec, ended, early, modelOf(spec, read)));
  if (outcome === 'failed') wrongs.push(...errorWrongs(spec, ended, all));
  if (outcome === 'cancelled' && !(error instanceof CancelledError)) wrongs.push(`cancelled with ${String(error)}`);
  wrongs.push(...deliveryWrongs(spec, ended, whole ? modelOf(spec, read) : all, whole));
  if (spec.consumer === 'sink') wrongs.push(...letterWrongs(spec, ended, whole ? modelOf(spec, read) : all, whole));
  if (whole && report !== undefined) wrongs.push(...countWrongs(spec, ended, modelOf(spec, read)));
  return wrongs;
}

/** Whatever was opened was released once, and what still ran was told. */
function releaseWrongs({ outcome, trace, done }: Ended): string[] {
  const wrongs: string[] = [];
  const well = outcome === 'completed' || outcome === 'drained';
  for (const [name, { open, commit, abort }] of Object.entries({ sink: trace.calls, letters: trace.letterCalls })) {
    const expected = well ? [open, 0] : [0, open];
    // Who has left is not told of what fails afterwards, such as a letter that cannot be written.
    if (done === 'stop' && open === 1 && commit + abort === 1) continue;
    if (open > 1 || commit !== expected[0] || abort !== expected[1]) {
      wrongs.push(`${outcome}: the ${name} opened ${open}, committed ${commit}, aborted ${abort} times`);
    }
  }
  const { source } = trace;
  // It may be over while the run that ends does not know yet.
  if (source !== undefined && (source.returned > 1 || (source.returned === 0 && !source.over))) {
    wrongs.push(`the source was returned ${source.returned} times`);
  }
  const deaf = [...trace.inFlight].filter(({ aborted }) => !aborted).length;
  if (deaf > 0) wrongs.push(`${deaf} tasks run whose signal has not aborted`);
  return wrongs;
}

function outcomeWrongs(spec: TrialSpec, { outcome, done, trace }: Ended, early: boolean, read: Expected): string[] {
  const breaks = mayBreak(spec);
  const fatal = read.fatal.length > 0 || (breaks.letters && read.letters.length > 0);
  switch (outcome) {
    case 'none':
      return [];
    case 'cancelled':
      return done === 'cancel' ? [] : ['cancelled by nobody'];
    case 'drained':
    case 'completed': {
      const wrongs: string[] = [];
      if (outcome === 'drained' && done !== 'drain') wrongs.push('drained by nobody');
      if (early) return wrongs;
      if (fatal) wrongs.push(`${outcome}, though ${JSON.stringify(read.fatal[0] ?? read.letters[0])} is fatal`);
      if (breaks.write && trace.calls.write >= spec.sink.breaksAt!) wrongs.push(`${outcome}, though a write broke`);
      if (outcome === 'completed' && endOf(spec.source) !== 'end') wrongs.push('completed, though the source does not end');
      return wrongs;
    }
    case 'failed':
      return [];
  }
}

/** The error is one that had to come, and tells where it arose. */
function errorWrongs(spec: TrialSpec, { error, trace }: Ended, all: Expected): string[] {
  if (!(error instanceof StageError)) return [`failed with ${String(error)}`];
  const { stage, position, attempt, cause } = error;
  const text = cause instanceof Error ? cause.message : String(cause);
  const breaks = mayBreak(spec);
  if (text === 'the source breaks') return breaks.source ? [] : ['the source broke'];
  if (text === 'the write breaks') return breaks.write && stage === 'sunk' ? [] : ['a write broke'];
  if (text === 'the letters break') return breaks.letters && trace.letterCalls.write > 0 ? [] : ['letters broke'];
  const died = cause instanceof WorkerDeathError;
  if (died && deathsSpread(spec)) return [];
  const named = / ?(?:planned: (?<at>s\d)|refused:) (?<item>\S+)$/.exec(text)?.groups;
  const found = all.fatal.find((each) => {
    if (named !== undefined) return each.item === named.item && each.stage === (named.at ?? 'sunk');
    const how = faultOf(spec.stages[Number(each.stage.slice(1))]!, spec.lanes)?.how;
    const fits = died ? how === 'exit' : cause instanceof TimeoutError && how === 'wait';
    return fits && each.stage === stage && (position === undefined || position <= rootOf(each.item));
  });
  if (found === undefined) return [`failed at ${stage}, which was not planned: ${String(error)}, caused by ${String(cause)}`];
  const inline = spec.stages[Number(found.stage.slice(1))]?.kind === 'inline';
  const wrongs = inline || stage === found.stage ? [] : [`the error names ${stage}, not ${found.stage}`];
  if (attempt !== found.attempts) wrongs.push(`the error names attempt ${attempt}, not ${found.attempts}`);
  // A write of several items has no position of its own, unless its error names the row.
  if (found.stage === 'sunk' && position === undefined) return wrongs;
  return [...wrongs, ...placeWrongs(spec, found, position)];
}

function placeWrongs(spec: TrialSpec, { stage, item }: Letter, position: number | undefined): string[] {
  const at = stage === 'sunk' ? spec.stages.length : Number(stage.slice(1));
  const taken = stage === 'sunk' && spec.take !== undefined;
  const lineage = taken ? 'none' : lineageAt(spec, at);
  const right =
    lineage === 'none'
      ? position === undefined
      : lineage === 'exact'
        ? position === rootOf(item)
        : position !== undefined && position <= rootOf(item);
  return right ? [] : [`the position of ${item} at ${stage} is told as ${position}`];
}

const keyOf = (item: string): number => rootOf(item) % 3;

function startsWith(all: readonly string[], first: readonly string[]): boolean {
  return first.length <= all.length && first.every((item, i) => item === all[i]);
}

function deliveryWrongs(
  spec: TrialSpec,
  { trace: { delivered }, outcome, done }: Ended,
  model: Expected,
  whole: boolean,
): string[] {
  const wrongs: string[] = [];
  const expected = new Set(model.items);
  const got = new Set(delivered);
  if (got.size !== delivered.length) wrongs.push(`${delivered.length - got.size} items came twice`);
  const strange = delivered.filter((item) => !expected.has(item));
  if (strange.length > 0) wrongs.push(`items came that should not: ${strange.slice(0, 5).join(', ')}`);
  const spread = deathsSpread(spec);
  const exact = whole || (outcome === 'completed' && done !== 'stop' && orderOf(spec) === 'input');
  if (exact && !spread && delivered.length !== model.items.length) {
    wrongs.push(`${outcome}: ${delivered.length} of ${model.items.length} items came`);
  }
  if (spec.take !== undefined && delivered.length > spec.take) wrongs.push(`${delivered.length} came, more than ${spec.take}`);
  const order = orderOf(spec);
  const inOrder = (all: readonly string[], some: readonly string[]): boolean =>
    spread
      ? startsWith(
          all.filter((item) => got.has(item)),
          some,
        )
      : startsWith(all, some);
  if (order === 'input' && !inOrder(model.items, delivered)) wrongs.push('items came in another order, or after a gap');
  if (order === 'key' && spec.take === undefined) {
    // What has failed stays in its place, so other items of its key come no more; others may.
    for (const key of [0, 1, 2]) {
      const ofKey = (items: readonly string[]): string[] => items.filter((item) => keyOf(item) === key);
      const all = ofKey(model.items).filter((item) => got.has(item));
      if (!startsWith(all, ofKey(delivered))) wrongs.push(`items of key ${key} came in another order`);
    }
  }
  return wrongs;
}

function letterWrongs(spec: TrialSpec, { trace: { letters }, report }: Ended, model: Expected, whole: boolean): string[] {
  const wrongs: string[] = [];
  const spread = deathsSpread(spec);
  const left = new Map(model.letters.map((letter) => [`${letter.stage} ${letter.item}`, letter]));
  for (const letter of letters) {
    const name = `${letter.stage} ${String(letter.item)}`;
    const expected = left.get(name);
    if (expected === undefined) {
      if (!spread) wrongs.push(`the letter ${name} came twice, or should not have come`);
      continue;
    }
    left.delete(name);
    // A row was tried in the whole write, too.
    const tried = expected.stage === 'sunk' ? letter.attempts >= expected.attempts : letter.attempts === expected.attempts;
    if (!tried) wrongs.push(`the letter ${name} tells of ${letter.attempts} attempts`);
    wrongs.push(...placeWrongs(spec, expected, letter.position));
  }
  if (whole && left.size > 0) wrongs.push(`no letter came of ${[...left.keys()].slice(0, 5).join(', ')}`);
  if (whole && letters.length !== (report?.deadLetters?.written ?? 0))
    wrongs.push('the report tells of another number of letters');
  return wrongs;
}

function countWrongs(spec: TrialSpec, { report, trace }: Ended, model: Expected): string[] {
  if (deathsSpread(spec)) return [];
  const wrongs: string[] = [];
  spec.stages.forEach((stage, i) => {
    const told = report!.stages.find(({ name }) => name === nameOf(i));
    if (stage.kind === 'inline' || stage.kind === 'batch') return;
    for (const [count, expected] of Object.entries(model.counts[i]!)) {
      const counted = told?.[count as keyof Expected['counts'][number]];
      if (counted !== expected) wrongs.push(`${nameOf(i)} (${stage.kind}): ${count} ${counted}, not ${expected}`);
    }
    if (hasOperators(stage) && told?.filtered !== 0) wrongs.push(`${nameOf(i)} filtered`);
  });
  if (report!.delivered !== trace.delivered.length) wrongs.push(`${report!.delivered} are told as delivered`);
  const sink = report!.stages.at(-1)!;
  if (spec.take === undefined && sink.skipped + sink.deadLettered !== model.refused.length) {
    wrongs.push(`${sink.skipped + sink.deadLettered} rows rejected, not ${model.refused.length}`);
  }
  return wrongs;
}
