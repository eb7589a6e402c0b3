import { cpu, type Flow, flow, io, type OpenPipeline, operators, pipeline } from '@millrace/core';
import {
  bufferCount,
  bufferTime,
  catchError,
  concatMap,
  count,
  debounceTime,
  delay,
  endWith,
  exhaustMap,
  filter,
  groupBy,
  last,
  map,
  merge,
  mergeMap,
  type OperatorFunction,
  of,
  reduce,
  repeat,
  retry,
  scan,
  share,
  skip,
  startWith,
  switchMap,
  take,
  timer,
  toArray,
  withLatestFrom,
} from 'rxjs';

/** A row of the table in docs/guides/rxjs-inside-a-stage.md. Every field but `note` is tried by a test. */
export interface Family {
  /** Operators that behave so; `program` is made of one of them. */
  readonly operators: string;
  /** @param ms what takes time takes so long */
  readonly program: (ms: number) => OperatorFunction<number, unknown>;
  /** What comes of 0 to 9. */
  readonly gives: unknown;
  readonly order: 'of inputs' | 'as they come';
  /** What comes after the last input. */
  readonly atEnd: 'nothing' | 'the rest' | 'the result' | 'what is late' | 'its own';
  /** Inputs that it keeps for what may come: they are neither counted nor bounded by the stage. */
  readonly keeps: 'none' | 'a few' | 'all';
  /** With `lineage: 'sync'`. */
  readonly sync: 'exact' | 'an error';
  /** Whether it ends the stage before its input ends. */
  readonly early: 'yes' | 'no';
  /** With `key`: whether the results of a key are others than in one chain for all. */
  readonly keyed: 'same' | 'by key';
  readonly note: string;
  /** Whether it gives this only as long as all inputs come within `ms`. */
  readonly inTime?: boolean;
}

const slowly = (ms: number) => (n: number) => timer(ms).pipe(map(() => n));

const atOnce = { order: 'of inputs', atEnd: 'nothing', keeps: 'none', sync: 'exact', early: 'no', keyed: 'same' } as const;

export const families: readonly Family[] = [
  {
    ...atOnce,
    operators: '`map`, `tap`',
    program: () => map((n) => n * 2),
    gives: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18],
    note: 'a task stage does the same, with lineage, retries and several lanes',
  },
  {
    ...atOnce,
    operators: '`filter`, `ignoreElements`',
    program: () => filter((n) => n % 3 === 0),
    gives: [0, 3, 6, 9],
    note: 'never with `maxPending`: it does not owe an output for each input',
  },
  {
    ...atOnce,
    operators: '`mergeMap`, `concatMap` of arrays and other inner ones that emit at once',
    program: () => mergeMap((n) => [n, n].slice(n % 2)),
    gives: [0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9],
    note: 'all outputs of one input come at once: more than `maxHeld` beyond the room are a `StallError`',
  },
  {
    ...atOnce,
    operators: '`concatMap` of what takes time',
    program: (ms) => concatMap(slowly(ms)),
    gives: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    atEnd: 'what is late',
    keeps: 'all',
    sync: 'an error',
    note: 'inputs wait inside without a bound: set `maxPending`, or better write a task with `concurrency`',
  },
  {
    ...atOnce,
    operators: '`mergeMap` of what takes time',
    program: (ms) => mergeMap(slowly(ms)),
    gives: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    order: 'as they come',
    atEnd: 'what is late',
    keeps: 'all',
    sync: 'an error',
    note: 'as many run as were fed: set `maxPending`, or better write a task with `concurrency`',
  },
  {
    ...atOnce,
    operators: '`switchMap` of what takes time',
    program: (ms) => switchMap(slowly(ms)),
    inTime: true,
    gives: [9],
    atEnd: 'what is late',
    keeps: 'a few',
    sync: 'an error',
    keyed: 'by key',
    note: 'a stage is fed as fast as it may be, so the next input comes before the inner one has emitted',
  },
  {
    ...atOnce,
    operators: '`exhaustMap` of what takes time',
    program: (ms) => exhaustMap(slowly(ms)),
    inTime: true,
    gives: [0],
    atEnd: 'what is late',
    keeps: 'a few',
    sync: 'an error',
    keyed: 'by key',
    note: 'inputs that come while one runs are dropped, and nobody counts them',
  },
  {
    ...atOnce,
    operators: '`scan`, `pairwise`, `distinct`, `distinctUntilChanged`',
    program: () => scan((sum, n) => sum + n, 0),
    gives: [0, 1, 3, 6, 10, 15, 21, 28, 36, 45],
    keyed: 'by key',
    note: '`distinct` remembers all that it has seen',
  },
  {
    ...atOnce,
    operators: '`reduce`, `count`, `min`, `max`, `every`',
    program: () => reduce((sum, n) => sum + n, 0),
    gives: [45],
    atEnd: 'the result',
    sync: 'an error',
    keyed: 'by key',
    note: 'with `key` and `keyIdleMs` a result for each pause of a key',
  },
  {
    ...atOnce,
    operators: '`toArray`, `takeLast`',
    program: () => toArray(),
    gives: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    atEnd: 'the result',
    keeps: 'all',
    sync: 'an error',
    keyed: 'by key',
    note: 'all of its input lies in memory, outside of the bound',
  },
  {
    ...atOnce,
    operators: '`bufferCount`, `windowCount`',
    program: () => bufferCount(4),
    gives: [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ],
    atEnd: 'the rest',
    keeps: 'a few',
    sync: 'an error',
    keyed: 'by key',
    note: 'the last one may be short',
  },
  {
    ...atOnce,
    operators: '`groupBy`',
    program: () => (numbers) =>
      numbers.pipe(
        groupBy((n) => n % 3),
        mergeMap((group) =>
          group.pipe(
            count(),
            map((size) => `${group.key}: ${size}`),
          ),
        ),
      ),
    gives: ['0: 4', '1: 3', '2: 3'],
    atEnd: 'the result',
    sync: 'an error',
    keyed: 'by key',
    note: 'flatten groups by `mergeMap`: `concatMap` loses what comes while a group waits. `key` does the same in several lanes',
  },
  {
    ...atOnce,
    operators: '`delay`, `observeOn`',
    program: (ms) => delay(ms),
    gives: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    atEnd: 'what is late',
    keeps: 'all',
    sync: 'an error',
    note: 'what is on its way is not bounded: set `maxPending`',
  },
  {
    ...atOnce,
    operators: '`debounceTime`, `auditTime`, `throttleTime`, `sampleTime`',
    program: (ms) => debounceTime(ms),
    inTime: true,
    gives: [9],
    atEnd: 'what is late',
    keeps: 'a few',
    sync: 'an error',
    keyed: 'by key',
    note: 'by the clock at which items are fed, not by times in them; `sampleTime` loses its tail at END',
  },
  {
    ...atOnce,
    operators: '`bufferTime`, `windowTime`',
    program: (ms) => (numbers) =>
      numbers.pipe(
        bufferTime(ms),
        // How many there are is a matter of time.
        mergeMap((part) => part),
      ),
    gives: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    atEnd: 'the rest',
    keeps: 'all',
    sync: 'an error',
    note: 'as large as what comes in the time: give it a maximum too',
  },
  {
    ...atOnce,
    operators: '`startWith`, `endWith`, `concatWith`, `defaultIfEmpty`',
    program: () => (numbers) => numbers.pipe(startWith(-1), endWith(10)),
    gives: [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    atEnd: 'its own',
    sync: 'an error',
    keyed: 'by key',
    note: 'with `key` once for each key',
  },
  {
    ...atOnce,
    operators: '`withLatestFrom`, `combineLatestWith`',
    program: () => (numbers) =>
      numbers.pipe(
        withLatestFrom(of('x')),
        map(([n, x]) => `${n}${x}`),
      ),
    gives: ['0x', '1x', '2x', '3x', '4x', '5x', '6x', '7x', '8x', '9x'],
    note: 'the other one must have emitted, or inputs are dropped; nobody slows it down',
  },
  {
    ...atOnce,
    operators: '`take`, `first`, `takeWhile`, `find`',
    program: () => take(3),
    gives: [0, 1, 2],
    early: 'yes',
    keyed: 'by key',
    note: 'ends the stage and stops what lies before it; with `key` only that key',
  },
  {
    ...atOnce,
    operators: '`skip`, `skipWhile`',
    program: () => skip(7),
    gives: [7, 8, 9],
    keyed: 'by key',
    note: 'never with `maxPending`',
  },
  {
    ...atOnce,
    operators: '`last`, `single`, `elementAt`',
    program: () => last(),
    gives: [9],
    atEnd: 'the result',
    keeps: 'a few',
    sync: 'an error',
    keyed: 'by key',
    note: 'without input they fail the run, as RxJS does',
  },
  {
    ...atOnce,
    operators: '`catchError`',
    program: () => (numbers) =>
      numbers.pipe(
        map(breakAt(5)),
        catchError(() => of(-1)),
      ),
    gives: [0, 1, 2, 3, 4, -1],
    early: 'yes',
    note: 'an error ends a chain: what is caught is its end. `onError` of a task goes on with the next item',
  },
  {
    ...atOnce,
    operators: '`retry`',
    program: () => (numbers) => numbers.pipe(map(breakAt(5)), retry()),
    gives: [0, 1, 2, 3, 4, 6, 7, 8, 9],
    note: 'the chain begins anew with the next input; the item that failed is lost, unlike with `retry` of a task',
  },
  {
    ...atOnce,
    operators: '`share`, `connect`, `merge` of the input with itself',
    program: () => (numbers) => {
      const shared = numbers.pipe(share());
      return merge(shared.pipe(filter((n) => n % 2 === 0)), shared.pipe(map((n) => -n)));
    },
    gives: [0, -0, -1, 2, -2, -3, 4, -4, -5, 6, -6, -7, 8, -8, -9],
    note: 'the input is hot: each subscription gets what is fed from then on',
  },
  {
    ...atOnce,
    operators: '`repeat`',
    program: () => (numbers) => numbers.pipe(take(4), toArray(), repeat()),
    gives: [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ],
    atEnd: 'the rest',
    keeps: 'a few',
    sync: 'an error',
    keyed: 'by key',
    note: 'goes on with the next input; at END it is over',
  },
];

function breakAt(at: number): (n: number) => number {
  return (n) => {
    if (n === at) throw new RangeError('broken');
    return n;
  };
}

export const columns = ['operators', 'order', 'atEnd', 'keeps', 'sync', 'early', 'keyed', 'note'] as const;

/** How the columns are headed in the guide. */
export const headings: { readonly [Column in (typeof columns)[number]]: string } = {
  operators: 'operators',
  order: 'outputs leave in the order',
  atEnd: 'after the last input comes',
  keeps: 'inputs kept inside',
  sync: "lineage: 'sync'",
  early: 'may end the stage',
  keyed: 'with `key`',
  note: 'mind',
};

export interface FamilyParams {
  readonly row: number;
  readonly place: 'io' | 'inline' | 'cpu';
  readonly items: number;
  /** What takes time takes so many ms. */
  readonly ms: number;
  readonly sync?: boolean;
  readonly keys?: number;
}

export const family: OpenPipeline<FamilyParams, unknown> = pipeline(import.meta, 'family', (params: FamilyParams) => {
  const { row, place, items, ms, sync = false, keys } = params;
  return through(flow(numbersUpTo(items)), place, families[row]!.program(ms), sync, keys);
});

function through(
  numbers: Flow<number>,
  place: FamilyParams['place'],
  program: OperatorFunction<number, unknown>,
  sync: boolean,
  keys: number | undefined,
): Flow<unknown> {
  if (place === 'inline') return numbers.pipe(program);
  const chain = sync ? operators(program, { lineage: 'sync' }) : operators(program);
  const options = keys === undefined ? {} : { key: (n: number) => n % keys };
  return numbers.pipe(place === 'io' ? io('work', chain, options) : cpu('work', chain, options));
}

function numbersUpTo(items: number): () => Generator<number> {
  return function* () {
    for (let n = 0; n < items; n += 1) yield n;
  };
}
