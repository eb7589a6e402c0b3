import type { FlowDeclaration } from '../declare/declaration.js';
import type { RunOptions } from '../declare/options/limits.js';

/** Reads a flow within a lane, as a task may do: what runs flows is loaded with the first item that is asked for. */
export function iterateInLane(flow: FlowDeclaration, options: RunOptions): AsyncIterableIterator<unknown> {
  let reading: Promise<AsyncIterableIterator<unknown>> | undefined;
  const read = (): Promise<AsyncIterableIterator<unknown>> => {
    reading ??= import('../run/flow-reading.js').then(({ readFlow }) => readFlow(flow, options));
    return reading;
  };
  return {
    next: async () => (await read()).next(),
    return: async () => (await read()).return!(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
