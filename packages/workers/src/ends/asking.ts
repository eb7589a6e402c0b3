import { onAbort } from '../wire/abort.js';
import { literalOf } from '../wire/told.js';
import type { Answer, Ask, Store } from './store.js';

/** How a wait at a pipe or a queue is given up. */
export interface SignalOptions {
  /** Gives the call up: it rejects with the reason of the signal, and nothing is lost. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A limit by another name would be none, and the wait one for ever.
 *
 * @throws TypeError for what is no limit of a wait
 */
export function signalOf(options: SignalOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== 'object' || options === null) throw new TypeError(`${limit}, got ${String(options)}`);
  for (const name in options) if (name !== 'signal') throw new TypeError(`${limit}, got "${name}"`);
  const { signal } = options;
  if (signal === undefined || typeof signal?.addEventListener === 'function') return signal;
  throw new TypeError(`signal must be an AbortSignal, got ${String(signal)}`);
}

const limit = 'a wait at a pipe or a queue is limited by a signal, as { signal: AbortSignal.timeout(100) }';

/** The answer of a store as a promise; rejects when the signal aborts, or the question failed. */
export function asked(store: Store, ask: Ask, signal?: AbortSignal): Promise<Answer> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    let unwatch: (() => void) | undefined;
    let answered = false;
    const cancel = store.ask(ask, (answer) => {
      answered = true;
      unwatch?.();
      if (answer.kind === 'item') answer.settle(true);
      if (answer.kind === 'failed') reject(answer.error);
      else resolve(answer);
    });
    // It may have come at once.
    if (signal === undefined || answered) return;
    unwatch = onAbort(signal, () => {
      cancel();
      reject(signal.reason);
    });
  });
}

export function checkCapacity(owner: string, capacity: unknown): number {
  if (capacity === undefined) return DEFAULT_CAPACITY;
  if (Number.isSafeInteger(capacity) && (capacity as number) >= 1) return capacity as number;
  const message = `${owner}: option "capacity" must be an integer ≥ 1, got ${literalOf(capacity)}`;
  throw typeof capacity === 'number' ? new RangeError(message) : new TypeError(message);
}

const DEFAULT_CAPACITY = 1024;
