import { cpu, type Flow, flow, io, type OpenPipeline, type OperatorChain, operators, pipeline } from '@millrace/core';
import {
  bufferCount,
  concatMap,
  delay,
  filter,
  from,
  map,
  mergeMap,
  Observable,
  type OperatorFunction,
  of,
  reduce,
  Subject,
  scan,
  take,
  tap,
  timer,
  toArray,
} from 'rxjs';
import { upTo } from './lane-kit.fixture.js';

export type Key = string | number | bigint | boolean;

export interface Keyed {
  readonly key: Key;
  readonly n: number;
}

/** Where a stage runs. */
export type Place = 'io' | 'inline' | 'threads' | 'processes';

/** What the chain for one key makes of its items. Each output tells its key. */
export const programs = {
  scan: scan((sum, { key, n }) => ({ key, n: sum.n + n }), { key: '' as Key, n: 0 }),
  reduce: reduce((sum, { key, n }) => ({ key, n: sum.n + n }), { key: '' as Key, n: 0 }),
  pairs: (items) =>
    items.pipe(
      bufferCount(2),
      map((pair) => ({ key: pair[0]!.key, n: pair.reduce((sum, { n }) => sum * 100 + n, 0) })),
    ),
  filter: filter(({ n }) => n % 3 === 0),
  expand: mergeMap((item) => from(upTo(item.n % 4).map((part) => ({ ...item, n: item.n * 10 + part })))),
  'take two': take(2),
  late: concatMap((item) => (item.n % 5 === 0 ? of(item).pipe(delay(1)) : of(item))),
  all: (items) =>
    items.pipe(
      toArray(),
      mergeMap((each) => (each.length === 0 ? [] : [{ key: each[0]!.key, n: each.length }])),
    ),
} satisfies Record<string, OperatorFunction<Keyed, Keyed>>;

export type Program = keyof typeof programs;

/** The program of an item is that of its key. */
export const keys: readonly (readonly [Key, Program])[] = [
  [0, 'scan'],
  [1, 'reduce'],
  [2, 'pairs'],
  ['1', 'take two'],
  [1n, 'late'],
  [true, 'expand'],
  ['true', 'filter'],
  [Number.NaN, 'all'],
  ['NaN', 'late'],
  ['', 'scan'],
  ['a', 'pairs'],
  ['b', 'take two'],
];

export function programOf(key: Key): OperatorFunction<Keyed, Keyed> {
  return programs[keys.find(([each]) => Object.is(each, key))![1]];
}

/** A chain that does what the key of its first item says: all programs can be tried in one run. */
const byItsKey: OperatorFunction<Keyed, Keyed> = (items) =>
  new Observable((out) => {
    const own = new Subject<Keyed>();
    let begun = false;
    return items.subscribe({
      next: (item) => {
        if (!begun) out.add(own.pipe(programOf(item.key)).subscribe(out));
        begun = true;
        own.next(item);
      },
      error: (error) => out.error(error),
      complete: () => (begun ? own.complete() : out.complete()),
    });
  });

interface KeyedParams {
  readonly items: readonly Keyed[];
  /** Of all keys; else each has its own. */
  readonly program?: Program;
  readonly place: Place;
  readonly workers: number;
  readonly capacity: number;
}

function placed<I, O>(
  items: Flow<I>,
  place: Place,
  chain: OperatorChain<I, O>,
  options: {
    key?: (item: I) => Key;
    workers?: number;
    capacity?: number;
    maxPending?: number;
    maxKeys?: number;
    keyIdleMs?: number;
  },
): Flow<O> {
  if (place === 'io') {
    const { workers: _, ...rest } = options;
    return items.pipe(io('work', chain, rest));
  }
  const isolation = { inline: 'inline', threads: 'thread', processes: 'process' } as const;
  return items.pipe(cpu('work', chain, { ...options, isolation: isolation[place] }));
}

export const keyedOperators: OpenPipeline<KeyedParams, Keyed> = pipeline(
  import.meta,
  'keyed operators',
  ({ items, program, place, workers, capacity }: KeyedParams) =>
    placed(flow(items), place, operators(program === undefined ? byItsKey : programs[program]), {
      key: ({ key }) => key,
      workers,
      capacity,
    }).pipe(io('pass', (item) => item, { capacity })),
);

export type Rule =
  | 'late flush'
  | 'late emission'
  | 'positions'
  | 'positions beyond'
  | 'throws'
  | 'emits an error'
  | 'fails late'
  | 'stops'
  | 'pending'
  | 'keys'
  | 'delay'
  | 'flood'
  | 'endless'
  | 'bad key';

export interface RuleParams {
  readonly rule: Rule;
  readonly place: Place;
  readonly workers?: number;
}

const breakAt =
  (at: number) =>
  (n: number): number => {
    if (n === at) throw new RangeError(`broken at ${n}`);
    return n;
  };

/** One pipeline for each rule that is the same wherever the stage runs. */
export const rules: OpenPipeline<RuleParams, number> = pipeline(import.meta, 'rules', ({ rule, place, workers }: RuleParams) =>
  ruled(rule, place, workers),
);

function ruled(rule: Rule, place: Place, workers: number | undefined): Flow<number> {
  const numbers = flow(upTo(100));
  const fail = io('check', breakAt(30));
  switch (rule) {
    case 'positions':
      // 30 comes of item 10, with 31 and 32; it is the item before the next stage that fails.
      return placed(
        numbers,
        place,
        operators(
          filter((n) => n % 2 === 0),
          mergeMap((n) => [n * 3, n * 3 + 1, n * 3 + 2]),
          { lineage: 'sync' },
        ),
        { capacity: 4 },
      ).pipe(fail);
    case 'positions beyond':
      return placed(numbers, place, operators(map((n) => n)), {}).pipe(fail);
    case 'late flush':
      return placed(
        numbers,
        place,
        operators(
          reduce((sum, n) => sum + n, 0),
          { lineage: 'sync' },
        ),
        {},
      );
    case 'late emission':
      return placed(numbers, place, operators(delay(1), { lineage: 'sync' }), {});
    case 'throws':
      return placed(numbers, place, operators(map(breakAt(30))), {});
    case 'emits an error':
      return placed(numbers, place, operators(concatMap((n) => of(n).pipe(map(breakAt(30))))), {
        key: (n) => n % 7,
        ...(workers === undefined ? {} : { workers }),
      });
    case 'fails late':
      return placed(numbers, place, operators(mergeMap(async (n) => breakAt(30)(n))), {});
    case 'stops':
      return placed(flow(endless), place, operators(take(5)), { capacity: 4 });
    case 'pending':
      return placed(numbers, place, operators(inFlight((n) => timer(1 + (n % 3)).pipe(map(() => n)))), { maxPending: 5 });
    case 'keys':
      return placed(numbers, place, operators(map((n) => n)), {
        key: (n) => n,
        maxKeys: 60,
        ...(workers === undefined ? {} : { workers }),
      });
    case 'delay':
      return placed(numbers, place, operators(delay(20)), {});
    case 'flood':
      return placed(numbers, place, operators(mergeMap(() => upTo(200_000))), { capacity: 4 });
    case 'endless':
      return placed(
        numbers,
        place,
        operators(
          mergeMap(function* () {
            for (let i = 0; ; i += 1) yield i;
          }),
        ),
        { capacity: 4 },
      );
    case 'bad key':
      return placed(numbers, place, operators(map((n) => n)), { key: (n) => (n === 30 ? ({} as number) : n) });
  }
}

/** Emits, in place of each number, how many are on their way. */
function inFlight(slow: (n: number) => Observable<number>): OperatorFunction<number, number> {
  let running = 0;
  return (numbers) =>
    numbers.pipe(
      tap(() => {
        running += 1;
      }),
      mergeMap((n) => slow(n)),
      map(() => {
        running -= 1;
        return running + 1;
      }),
    );
}

function* endless(): Generator<number> {
  for (let n = 0; ; n += 1) yield n;
}

/** A lane dies with what its chains keep. */
export const keptThenLost: OpenPipeline<undefined, number> = pipeline(import.meta, 'kept then lost', (_: undefined) =>
  flow(upTo(100)).pipe(
    cpu(
      'sum',
      operators(
        tap((n) => {
          if (n === 50) process.exit(3);
        }),
        scan((sum, n) => sum + n, 0),
      ),
      { key: (n) => n % 2, workers: 2 },
    ),
  ),
);
