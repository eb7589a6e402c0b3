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
export * from './lane-kit.fixture.js';

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

/** All events of a run, as they come. */
export function eventsOf(run: Run): RunEvent[] {
  const events: RunEvent[] = [];
  run.events.subscribe((event) => events.push(event));
  return events;
}
