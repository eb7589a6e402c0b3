import { cpu, type Flow, flow, type OpenPipeline, operators, pipeline } from '@millrace/core';
import { EMPTY, from, map, mergeMap, of, take } from './rx-parts.fixture.js';

export type Expansion =
  | 'generator'
  | 'async generator'
  | 'promise of a generator'
  | 'Observable'
  | 'late Observable'
  | 'EMPTY'
  | 'array';

export const expansions: readonly Expansion[] = [
  'generator',
  'async generator',
  'promise of a generator',
  'Observable',
  'late Observable',
  'EMPTY',
  'array',
];

export const timesOf = (n: number): number[] => Array.from({ length: n % 4 }, (_, i) => n * 10 + i);

// No number of outputs comes with one kind alone: there are four of them, and seven kinds.
const kindInTurn = (n: number): Expansion => expansions[n % expansions.length]!;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a task of this kind gives for a number; without one, that of the kinds whose turn it is. */
export function expand(kind: Expansion | undefined, n: number): unknown {
  switch (kind ?? kindInTurn(n)) {
    case 'generator':
      return (function* () {
        yield* timesOf(n);
      })();
    case 'async generator':
      return (async function* () {
        for (const value of timesOf(n)) {
          if (n % 3 === 0) await turn();
          yield value;
        }
      })();
    case 'promise of a generator':
      return turn().then(function* () {
        yield* timesOf(n);
      });
    case 'Observable':
      return of(...timesOf(n));
    case 'late Observable':
      return from(turn()).pipe(mergeMap(() => timesOf(n)));
    case 'EMPTY':
      return n % 2 === 0 ? EMPTY : n;
    case 'array':
      return timesOf(n);
  }
}

/** What comes of it. */
export function expected(given: Expansion | undefined, n: number): unknown[] {
  const kind = given ?? kindInTurn(n);
  if (kind === 'EMPTY') return n % 2 === 0 ? [] : [n];
  return kind === 'array' ? [timesOf(n)] : timesOf(n);
}

export interface ExpandParams {
  readonly kind: Expansion | undefined;
  readonly items: number;
  readonly order: 'input' | 'none';
}

export const expanding: OpenPipeline<ExpandParams, unknown> = pipeline(
  import.meta,
  'expanding',
  ({ kind, items, order }: ExpandParams): Flow<unknown> =>
    flow(Array.from({ length: items }, (_, i) => i)).pipe(
      cpu('expand', (n: number) => expand(kind, n), { capacity: 4, window: 8, order }),
      map((value: unknown) => value),
    ),
);

/** Counts what generators in lanes were pulled, over all lanes: each makes its outputs after it has counted. */
export interface EndlessParams {
  readonly kind: 'generator' | 'async generator';
  readonly pulled: SharedArrayBuffer;
  readonly returned: SharedArrayBuffer;
  readonly take: number;
}

export const endlessly: OpenPipeline<EndlessParams, number> = pipeline(import.meta, 'endlessly', (params: EndlessParams) =>
  flow([0, 1, 2, 3]).pipe(
    cpu(
      'endless',
      (n: number) => {
        const pulled = new Int32Array(params.pulled);
        const returned = new Int32Array(params.returned);
        const outputs = params.kind === 'generator' ? endless(n, pulled, returned) : endlessAsync(n, pulled, returned);
        return outputs as Generator<number>;
      },
      { window: 4, capacity: 4 },
    ),
    take(params.take),
  ),
);

function* endless(n: number, pulled: Int32Array, returned: Int32Array): Generator<number> {
  try {
    for (let i = 0; ; i += 1) {
      Atomics.add(pulled, 0, 1);
      yield n * 1_000_000 + i;
    }
  } finally {
    Atomics.add(returned, 0, 1);
  }
}

async function* endlessAsync(n: number, pulled: Int32Array, returned: Int32Array): AsyncGenerator<number> {
  yield* endless(n, pulled, returned);
}

/** Gives a few outputs, then waits for ever. */
export const trickling: OpenPipeline<undefined, number> = pipeline(import.meta, 'trickling', (_: undefined) =>
  flow([1]).pipe(
    cpu('trickle', async function* (n: number) {
      yield n;
      yield n + 1;
      await new Promise<never>(() => {});
    }),
  ),
);

/** Many outputs of few items, with little room anywhere. */
export const bursting: OpenPipeline<{ readonly inline: boolean }, number> = pipeline(
  import.meta,
  'bursting',
  (_: { readonly inline: boolean }) =>
    flow([1, 2, 3, 4, 5, 6]).pipe(
      cpu(
        'burst',
        function* (n: number) {
          for (let i = 0; i < 3000; i += 1) yield n * 10_000 + i;
        },
        { window: 2, capacity: 1 },
      ),
    ),
);

/** One item becomes more than the stage may hold. */
export const stalling: OpenPipeline<{ readonly where: 'cpu' | 'io' | 'inline' }, number> = pipeline(
  import.meta,
  'stalling',
  ({ where }: { readonly where: 'cpu' | 'io' | 'inline' }) => {
    const burst = mergeMap((n: number) => Array.from({ length: 100_000 }, (_, i) => n + i));
    const numbers = flow([1]);
    if (where === 'inline') return numbers.pipe(burst);
    return numbers.pipe(cpu('burst', operators(burst), { maxHeld: 100 }));
  },
);
