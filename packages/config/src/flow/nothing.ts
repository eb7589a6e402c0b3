import type { Sink, Source } from '@millrace/core';
import { discard } from './discard.js';

/** A source without items: what a branch is hung on into which letters go, while none goes into the flow that it stands beside. */
export const nothing: Source<never> = { name: '(nothing)', maxPull: 1, open: async function* () {} };

/** Where such a flow ends; no sink of a file has this name. */
export const nowhere: Sink<unknown> = { ...discard, name: '(nowhere)' };
