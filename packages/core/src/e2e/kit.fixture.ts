import {
  type Flow,
  flow,
  type OpenPipeline,
  type Pipeline,
  pipeline,
  type Run,
  type RunEvent,
  type Sink,
  type SinkFlow,
  type SinkOptions,
} from '@millrace/core';

export { discrepancies } from '@millrace/core/testing';

/** The next turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await turn();
}

export const never = (): Promise<never> => new Promise<never>(() => {});

/** Waits until something holds; the limit of the test bounds it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** A promise to be settled by hand. */
export interface Gate {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

let declared = 0;

/** A pipeline for this test alone, without worker threads: no lane could import a test. */
export function local<T>(factory: () => Flow<T>): OpenPipeline<undefined, T> {
  declared += 1;
  return pipeline({ url: import.meta.url }, `local-${declared}`, (_: undefined) => factory());
}

/** The same for a flow that ends in a sink. */
export function localTo<T>(factory: () => Flow<T>, sink: Sink<T>, options?: SinkOptions) {
  declared += 1;
  return pipeline({ url: import.meta.url }, `local-${declared}`, (_: undefined) => factory().to(sink, options));
}

/** The same for a flow that has ended in sinks already. */
export function ended(factory: () => SinkFlow): Pipeline<undefined> {
  declared += 1;
  return pipeline({ url: import.meta.url }, `local-${declared}`, (_: undefined) => factory());
}

/** The error that a promise rejects with. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}

export interface Counted {
  pulled: number;
  returned: number;
}

/** An infinite source that counts what is asked of it; with `count` it ends. */
export function counting(count = Number.POSITIVE_INFINITY, pause?: () => Promise<void>) {
  const seen: Counted = { pulled: 0, returned: 0 };
  const source = async function* (): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i += 1) {
        seen.pulled += 1;
        if (pause !== undefined) await pause();
        yield i;
      }
    } finally {
      seen.returned += 1;
    }
  };
  return { seen, flow: () => flow(source) };
}

export type SinkCall = 'open' | 'write' | 'commit' | 'abort';

/** A sink that keeps what it gets and how it was called; `before` may wait or throw. */
export function memorySink<T>(before: (call: SinkCall, items: readonly T[]) => unknown = () => undefined) {
  const items: T[] = [];
  const calls: SinkCall[] = [];
  const reasons: unknown[] = [];
  let active = 0;
  let overlaps = 0;
  const follow = async (call: SinkCall, batch: readonly T[]): Promise<void> => {
    calls.push(call);
    active += 1;
    if (active > 1) overlaps += 1;
    try {
      await before(call, batch);
    } finally {
      active -= 1;
    }
  };
  const sink: Sink<T> = {
    name: 'memory',
    open: async () => {
      await follow('open', []);
      return {
        write: async (batch) => {
          await follow('write', batch);
          items.push(...batch);
        },
        commit: () => follow('commit', []),
        abort: async (reason) => {
          reasons.push(reason);
          await follow('abort', []);
        },
      };
    },
  };
  return {
    sink,
    items,
    reasons,
    /** How often it was called so. */
    count: (call: SinkCall): number => calls.filter((made) => made === call).length,
    get overlaps(): number {
      return overlaps;
    },
  };
}

/** All events of a run, as they come. */
export function eventsOf(run: Run): RunEvent[] {
  const events: RunEvent[] = [];
  run.events.subscribe((event) => events.push(event));
  return events;
}
