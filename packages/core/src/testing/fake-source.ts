import type { Pull, Source } from '../declare/source.js';

/** How a fake source behaves. */
export interface FakeSourceOptions {
  /** Name of its stage. Default: `fake source`. */
  readonly name?: string;
  /** Items that one pull brings at most. Default: 1. */
  readonly pull?: number;
  /** Throws this error in the place of item number `at`, from 0; with the number of items, at the end. Default: it does not fail. */
  readonly fails?: {
    /** Number of the item, from 0. */
    readonly at: number;
    /** What is thrown. */
    readonly error: unknown;
  };
  /** Waits for ever in the place of item number `at`, until it is told to stop. Default: it never does. */
  readonly waits?: {
    /** Number of the item, from 0. */
    readonly at: number;
  };
}

/**
 * A source that gives these items, fails or waits where it is told to, and remembers what was done with it. The `origin` of an item is its name
 * and the number of the item: `fake source:0`.
 *
 * @example
 * ```ts
 * import { flow, pipeline } from '@millrace/core';
 * import { FakeSource, testRun } from '@millrace/core/testing';
 *
 * const source = new FakeSource([1, 2, 3], { fails: { at: 2, error: new Error('torn') } });
 * const numbers = pipeline(import.meta, 'numbers', () => flow(source));
 * const { delivered, error } = await testRun(numbers); // delivered: [1, 2]
 * ```
 */
export class FakeSource<T> implements Source<T> {
  /** Name of its stage. */
  readonly name: string;
  /** Items that one pull brings at most. */
  readonly maxPull: number;
  /** How often it was opened. */
  opened = 0;
  /** Items that it has given, all runs together. */
  given = 0;
  /** How often its iterator was released, by an end or by `return()`. */
  released = 0;
  readonly #items: readonly T[];
  readonly #options: FakeSourceOptions;

  /** @throws RangeError for a `pull` that brings nothing */
  constructor(items: readonly T[], options: FakeSourceOptions = {}) {
    const { pull = 1 } = options;
    if (!Number.isSafeInteger(pull) || pull < 1) {
      throw new RangeError(`a FakeSource pulls a whole number of items ≥ 1 at most, not ${String(pull)}`);
    }
    this.#items = items;
    this.#options = options;
    this.name = options.name ?? 'fake source';
    this.maxPull = pull;
  }

  /** Called by the run. May be called again: each run gets all items. */
  readonly open: Source<T>['open'] = ({ signal }) => this.#pulls(signal);

  async *#pulls(signal: AbortSignal): AsyncGenerator<Pull<T>> {
    const { fails, waits } = this.#options;
    this.opened += 1;
    try {
      for (let at = 0; ; ) {
        if (fails?.at === at) throw fails.error;
        if (waits?.at === at) await aborted(signal);
        if (at >= this.#items.length || signal.aborted) return;
        const first = at;
        at = this.#endOfPull(first);
        this.given += at - first;
        yield { items: this.#items.slice(first, at), origin: (index) => `${this.name}:${first + index}` };
      }
    } finally {
      this.released += 1;
    }
  }

  /** A pull goes no further than to where something happens. */
  #endOfPull(first: number): number {
    const { fails, waits } = this.#options;
    const stops = [fails?.at, waits?.at].filter((at) => at !== undefined && at > first);
    return Math.min(first + this.maxPull, this.#items.length, ...(stops as number[]));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
