import { expect } from '@jest/globals';
import { from, lastValueFrom, toArray } from 'rxjs';
import { type ChainSpec, faulty } from './fault-chain.fixture.js';
import { modelOf } from './fault-model.fixture.js';
import { type Kind, kinds, type StageSpec } from './fault-stage.fixture.js';
import { endOfTrial } from './fault-trial.fixture.js';
import { wrongsOf } from './fault-verdict.fixture.js';

export const capacities = [1, 2, 4, 16, 1024];
export const consumers = ['sink', 'iterator', 'Observable'] as const;
export type Consumer = (typeof consumers)[number];

const onThreads: readonly Kind[] = ['cpu', 'cpu fusible', 'cpu with key', 'cpu operators', 'cpu operators with key'];
export const inNoProcess = kinds.filter((kind) => kind !== 'cpu process');
/** What lies beside stages on threads is the same for them whatever it is. */
export const around: readonly Kind[] = ['io', 'inline', ...onThreads];
export const onMain = inNoProcess.filter((kind) => !onThreads.includes(kind));

/** A walk over kinds in which each is followed by each: every pair of stages in one chain. */
export function walkOver(all: readonly Kind[]): Kind[] {
  const left = new Map(all.map((kind) => [kind, [...all]]));
  const walk: Kind[] = [];
  const stack: Kind[] = [all[0]!];
  while (stack.length > 0) {
    const next = left.get(stack.at(-1)!)!.pop();
    if (next === undefined) walk.unshift(stack.pop()!);
    else stack.push(next);
  }
  return walk;
}

/** The walk in parts, each of which begins with the stage that the one before ends with. */
export function partsOf(walk: readonly Kind[], length: number): Kind[][] {
  const starts = walk.map((_, i) => i).filter((i) => i % (length - 1) === 0 && i < walk.length - 1);
  return starts.map((start) => walk.slice(start, start + length));
}

/** Outputs come in the four ways in turns; what is expanded is thinned out again. */
export function chainOf(walk: readonly Kind[], capacity: number, lanes: boolean, plain = false, items = 60): ChainSpec {
  const ways = ['generator', 'promise', 'asyncGenerator', 'value'] as const;
  const stages = walk.map((kind, i): StageSpec => {
    const does = plain ? 'pass' : i % 2 === 0 ? 'expand' : 'filter';
    const window = Math.min(capacity, 64);
    return { kind, does, by: ways[i % 4]!, capacity, window, order: 'input', onError: 'fail', attempts: 1 };
  });
  const sink = { capacity, items: 8, concurrency: 1, onError: 'fail', attempts: 1, turns: 0 } as const;
  return { source: { form: 'array', items, end: { how: 'end', at: 0 } }, stages, sink, lanes, lettersBreak: false };
}

/** The right items came, in the right order; of a sink, the counts add up and it has committed once. */
export async function checkPairs(spec: ChainSpec, consumer: Consumer): Promise<void> {
  if (consumer !== 'Observable') {
    const trial = { ...spec, consumer };
    const ended = await endOfTrial(trial);
    expect([ended.outcome, ...wrongsOf(trial, ended)]).toEqual(['completed']);
    return;
  }
  const items = await lastValueFrom(from(faulty.iterate(spec, { workers: spec.lanes ? 2 : 0 })).pipe(toArray()));
  expect(items.toSorted()).toEqual([...modelOf(spec).items].toSorted());
}
