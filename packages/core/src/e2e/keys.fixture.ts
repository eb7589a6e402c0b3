import { cpu, flow, type OpenPipeline, pipeline, type TaskContext } from '@millrace/core';
import { upTo } from './lane-kit.fixture.js';

export type Key = string | number | bigint | boolean;

export interface Keyed {
  readonly n: number;
  readonly key: Key;
  /** Time that its task takes, in µs. */
  readonly us: number;
  /** Outputs, when not one. */
  readonly outputs?: number;
}

export interface Done {
  readonly n: number;
  readonly key: Key;
  readonly part: number;
  readonly lane: number;
  /** How many items its worker had begun before. */
  readonly begun: number;
}

export interface KeyedParams {
  readonly items: readonly Keyed[];
  readonly workers: number;
  readonly window: number;
  /** Items after which a worker dies, once each: the numbers of this array count down. */
  readonly deaths: Int32Array<SharedArrayBuffer>;
}

let begun = 0;

export const keyed: OpenPipeline<KeyedParams, Done> = pipeline(
  import.meta,
  'keyed',
  ({ items, workers, window, deaths }: KeyedParams) =>
    flow(items).pipe(
      cpu(
        'work',
        ({ n, key, us, outputs = 1 }: Keyed, { worker: lane }: TaskContext): Done => {
          const end = performance.now() + us / 1000;
          while (performance.now() < end);
          // The batch is finished and told before the worker dies; others that lie in the lane are lost.
          for (let i = 0; i < deaths.length; i += 1) if (Atomics.sub(deaths, i, 1) === 0) setImmediate(() => process.exit(3));
          begun += 1;
          const done = { n, key, lane, begun };
          // What comes of it is the same type, one by one.
          if (outputs !== 1) return partsOf(done, outputs) as unknown as Done;
          return { ...done, part: 0 };
        },
        { key: ({ key }) => key, workers, window },
      ),
    ),
);

function* partsOf(done: Omit<Done, 'part'>, outputs: number): Generator<Done> {
  for (let part = 0; part < outputs; part += 1) yield { ...done, part };
}

/** Items of key 'hot' wait until the gate is open; all others pass. */
export const hot: OpenPipeline<{ readonly gate: Int32Array<SharedArrayBuffer>; readonly cold: string }, string> = pipeline(
  import.meta,
  'hot',
  ({ gate, cold }: { readonly gate: Int32Array<SharedArrayBuffer>; readonly cold: string }) =>
    flow(upTo(2000).map((n) => (n % 2 === 0 ? 'hot' : cold))).pipe(
      cpu(
        'work',
        (key: string) => {
          if (key === 'hot') Atomics.wait(gate, 0, 0);
          return key;
        },
        { key: (key) => key, window: 64, workers: 2, capacity: 16 },
      ),
    ),
);

export type BadKey = 'throws' | 'gives an object';

export const badKeys: OpenPipeline<BadKey, number> = pipeline(import.meta, 'bad keys', (bad: BadKey) =>
  flow(upTo(20)).pipe(
    cpu('work', (n: number) => n, {
      key: (n): number => {
        if (n !== 7) return n;
        if (bad === 'throws') throw new RangeError('no key');
        return {} as number;
      },
    }),
  ),
);

/** Its first lane dies whenever it is idle; the other lives. */
export const retiring: OpenPipeline<undefined, number> = pipeline(import.meta, 'retiring', (_: undefined) =>
  flow(upTo(100_000)).pipe(
    cpu(
      'work',
      (n: number, { worker }: TaskContext) => {
        if (worker === 0) setImmediate(() => process.exit(3));
        return n;
      },
      { key: (n) => n % 10, workers: 2, batch: 4 },
    ),
  ),
);

/** Each third item fails in its first attempts; what is noted is the order in which the attempts that went well began. */
export const retried: OpenPipeline<
  { readonly tries: Int32Array<SharedArrayBuffer> },
  { readonly n: number; readonly at: number }
> = pipeline(import.meta, 'retried', ({ tries }: { readonly tries: Int32Array<SharedArrayBuffer> }) =>
  flow(upTo(120)).pipe(
    cpu(
      'work',
      (n: number, { attempt }: TaskContext) => {
        if (n % 3 === 0 && attempt < 3) throw new RangeError('not yet');
        return { n, at: Atomics.add(tries, 0, 1) };
      },
      { key: (n) => n % 7, workers: 2, retry: { attempts: 3, delayMs: 5 } },
    ),
  ),
);
