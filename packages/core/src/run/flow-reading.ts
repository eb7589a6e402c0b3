import type { FlowDeclaration } from '../declare/declaration.js';
import type { RunOptions } from '../declare/options/limits.js';
import { CancelledError, PlanError } from '../errors.js';
import { parkWhileLoading } from '../lane/index.js';
import { isPooled, planFlow } from '../plan/index.js';
import { LiveRun } from './live-run.js';
import { thisMachine } from './machine.js';
import { useUp } from './stages/used-up.js';

/**
 * A run, read item by item. It begins with the first `next()`; `return()` is an early stop and settles when all is released: it rejects
 * with the failure of the run, unless a `next()` has.
 *
 * @param start makes the run; called once, at the first `next()`
 * @param park gives a promise that never settles where the run must not begin, in a lane
 */
export function readRun(start: () => LiveRun, park: () => Promise<never> | undefined): AsyncIterableIterator<unknown> {
  let run: LiveRun | undefined;
  let left = false;
  const over: IteratorResult<unknown, undefined> = { done: true, value: undefined };
  return {
    next: () => {
      if (left) return Promise.resolve(over);
      if (run === undefined) {
        const parked = park();
        if (parked !== undefined) return parked;
        try {
          run = start();
        } catch (error) {
          left = true;
          return Promise.reject(error);
        }
        // Its error comes by `next()`.
        run.finished.catch(() => undefined);
      }
      return run.reader.read();
    },
    return: () => {
      left = true;
      const ended = (run === undefined ? Promise.resolve() : leave(run)).then(() => over);
      // Who leaves and looks no further need not hear of it.
      ended.catch(() => undefined);
      return ended;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A sink beside the reader may fail after the reader has left. Who cancelled the run knows how it ends; it has not failed. */
async function leave(run: LiveRun): Promise<void> {
  run.stopEarly();
  await run.finished.catch(() => undefined);
  const error = run.reader.takeError();
  if (error !== undefined && !(error instanceof CancelledError)) throw error;
}

function useUpSources({ sources }: FlowDeclaration): void {
  for (const source of sources) {
    if (source.kind !== 'iterable' || !source.oneShot) continue;
    useUp(
      source.iterable,
      'the source of this flow can be read once only, and a run has read it: make it in a function, as in flow(() => createReadStream(file))',
    );
  }
}

/** Reads a flow that belongs to no pipeline. Its cpu stages can run on the main thread only: no worker would find them. */
export function readFlow(flow: FlowDeclaration, options: RunOptions): AsyncIterableIterator<unknown> {
  return readRun(() => {
    const plan = planFlow('flow', flow, options, thisMachine());
    const homeless = plan.stages.find(({ executor }) => isPooled(executor));
    if (homeless !== undefined) {
      throw new PlanError(
        `cpu stage "${homeless.name}" stands in a flow outside of a pipeline, so no worker could find its code: ` +
          "declare the flow in pipeline(import.meta, 'name', () => …) and read that with iterate(), or run on the main thread with { workers: 0 }",
      );
    }
    useUpSources(flow);
    return new LiveRun({ flow, plan, home: undefined, options, errors: [], output: 'read' });
  }, parkWhileLoading);
}
