import type { Sink } from '@millrace/core';

/** URL by which references name this module. */
export const discardUrl = import.meta.url;

/** A sink that drops what it gets: in the place of sinks that a preview does not open. */
export const discard: Sink<unknown> = {
  name: 'discard',
  open: async () => ({ write: async () => {}, commit: async () => {}, abort: async () => {} }),
};
