import type { Sink } from '@millrace/core';
import type { Tally } from '../tally.js';

/** @param tally asked for when a run opens the sink, which happens in no lane */
export function tallySink(tally: () => Tally): Sink<unknown> {
  return {
    name: 'tally',
    open: async () => {
      const opened = tally();
      return {
        write: async (items) => {
          for (const item of items) opened.add(item);
        },
        commit: async () => {},
        abort: async () => {},
      };
    },
  };
}
