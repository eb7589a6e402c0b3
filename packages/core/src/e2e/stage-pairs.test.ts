import { describe, expect, test } from '@jest/globals';
import { lastValueFrom, toArray } from 'rxjs';
import { type ChainSpec, chain, chainToSink, type Kind, modelOf, observed, type StageSpec, written } from './chain.fixture.js';
import { discrepancies } from './kit.fixture.js';

const kinds: readonly Kind[] = ['io', 'io operators', 'cpu', 'cpu fusible', 'cpu operators', 'cpu inline', 'inline'];
const onThreads: readonly Kind[] = ['cpu', 'cpu fusible', 'cpu operators'];
const mainKinds = kinds.filter((kind) => !onThreads.includes(kind));
const capacities = [1, 2, 16, 1024];
const pairsOf = (from: readonly Kind[]): [Kind, Kind][] => from.flatMap((a) => from.map((b): [Kind, Kind] => [a, b]));

type Consumer = 'sink' | 'async iterator' | 'Observable';
const consumers: readonly Consumer[] = ['sink', 'async iterator', 'Observable'];

function stage(kind: Kind, capacity: number, over: Partial<StageSpec> = {}): StageSpec {
  return { kind, does: 'add', by: 'promise', capacity, window: Math.min(capacity, 64), order: 'input', ...over };
}

function pairSpec([a, b]: [Kind, Kind], capacity: number): ChainSpec {
  const stages = [stage(a, capacity, { does: 'expand', by: 'generator' }), stage(b, capacity, { does: 'filter' })];
  return { items: 60, source: 'array', stages };
}

async function deliver(consumer: Consumer, spec: ChainSpec, capacity: number, workers: number): Promise<number[]> {
  if (consumer === 'sink') {
    const report = await chainToSink.run({ ...spec, sinkCapacity: capacity }, { workers });
    expect(discrepancies(report)).toEqual([]);
    return [...written];
  }
  if (consumer === 'Observable') return lastValueFrom(observed(spec, workers).pipe(toArray()));
  const items: number[] = [];
  for await (const item of chain.iterate(spec, { workers })) items.push(item);
  return items;
}

/** A walk over all kinds in which each is followed by each: every pair of stages in one chain. */
function allPairsWalk(): Kind[] {
  const left = new Map(kinds.map((kind) => [kind, [...kinds]]));
  const walk: Kind[] = [];
  const stack: Kind[] = [kinds[0]!];
  while (stack.length > 0) {
    const next = left.get(stack.at(-1)!)!.pop();
    if (next === undefined) walk.unshift(stack.pop()!);
    else stack.push(next);
  }
  return walk;
}

describe('each pair of stages that run on the main thread gives the right items', () => {
  test.each(capacities)('with capacity %i, to all consumers', async (capacity) => {
    for (const pair of pairsOf(mainKinds)) {
      const spec = pairSpec(pair, capacity);
      for (const consumer of consumers) {
        const items = await deliver(consumer, spec, capacity, 0);
        expect({ pair, consumer, items }).toEqual({ pair, consumer, items: modelOf(spec) });
      }
    }
  });
});

describe('each pair of stages of which one is on threads gives the right items', () => {
  const pairs = pairsOf(kinds).filter((pair) => pair.some((kind) => onThreads.includes(kind)));
  test.each(pairs)('%s before %s, with capacity 1', async (...pair) => {
    const spec = pairSpec(pair, 1);
    expect(await deliver('sink', spec, 1, 1)).toEqual(modelOf(spec));
  });
});

describe('each pair of stages of which one is in a process gives the right items', () => {
  const pairs = [...kinds, 'cpu process' as const].flatMap((kind): [Kind, Kind][] => [
    ['cpu process', kind],
    [kind, 'cpu process'],
  ]);
  test.each(pairs)('%s before %s', async (...pair) => {
    const spec = pairSpec(pair, 16);
    expect(await deliver('sink', spec, 16, 1)).toEqual(modelOf(spec));
  });
});

describe('one chain in which every kind of stage follows every kind', () => {
  const cases = capacities.flatMap((capacity) => consumers.map((consumer): [number, Consumer] => [capacity, consumer]));
  test.each(cases)('with capacity %i, to the %s', async (capacity, consumer) => {
    const spec: ChainSpec = { items: 100, source: 'asyncGenerator', stages: allPairsWalk().map((kind) => stage(kind, capacity)) };
    expect(spec.stages).toHaveLength(kinds.length ** 2 + 1);
    expect(await deliver(consumer, spec, capacity, 2)).toEqual(modelOf(spec));
  });
});
