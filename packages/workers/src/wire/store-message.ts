import type { Packed } from '../codec/codec.js';
import type { Thrown } from './remote-error.js';

// A store (ends/store.ts) lies in one thread. A worker that was given an end of it asks for everything; each question has a number.

/** From the worker to the store. */
export type ToStore =
  | { readonly kind: 'put'; readonly id: number; readonly values: Packed }
  | { readonly kind: 'ask'; readonly id: number; readonly ask: 'take' | 'watch' | 'count' | 'join' }
  /** It waits no longer: what comes in answer goes back. */
  | { readonly kind: 'cancel'; readonly id: number }
  /** Whether the item that was the answer has reached the code that asked. */
  | { readonly kind: 'settle'; readonly id: number; readonly received: boolean }
  | { readonly kind: 'done' }
  | { readonly kind: 'forfeit'; readonly count: number; readonly error: Thrown }
  | { readonly kind: 'close'; readonly error: Thrown | undefined }
  | { readonly kind: 'abandon'; readonly error: Thrown | undefined };

/** From the store to the worker. */
export interface FromStore {
  readonly id: number;
  readonly answer:
    | { readonly kind: 'ok' }
    | { readonly kind: 'item'; readonly values: Packed }
    | { readonly kind: 'count'; readonly count: number }
    | { readonly kind: 'ended'; readonly error: Thrown | undefined }
    | { readonly kind: 'failed'; readonly error: Thrown };
}
