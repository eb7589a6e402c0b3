/** What a source is told when it is opened. */
export interface SourceContext {
  /** Aborts when the run is cancelled, fails or stops early; a pending read should then end. */
  readonly signal: AbortSignal;
}

/** What one pull of a source brings. */
export interface Pull<out T> {
  /** In order; at least one, though a run bears an empty pull. Not more than `maxPull` of the source says. */
  readonly items: readonly T[];
  /** Position in the source after these items, in the connector's own terms. Nothing reads it. */
  readonly offset?: unknown;
  /** Where item `index` of this pull comes from, for people: `orders.csv:17:1`. Called only when an error needs it. */
  readonly origin?: (index: number) => string;
}

/** What is in a source that is open. */
export interface SourceGauge {
  /** Items that wait to be read. */
  readonly length: number;
  /** Items that came and will never be read. */
  readonly dropped: number;
  /** Resolves with the error when the source has failed: the run then fails at once, also while it has no room to read. */
  readonly broken?: Promise<unknown>;
}

/** A source that is open: it gives what it reads pull by pull, in order. */
export interface Reading<out T> extends AsyncIterable<Pull<T>> {
  /** Of a source that holds items until they are asked for; absent for all others. */
  readonly gauge?: SourceGauge;
}

/**
 * Where items come from: what connectors give, and what you write to make one. Every run opens its source once. All members are
 * function-typed properties, so that a wrong `T` does not compile.
 *
 * @example
 * ```ts
 * import type { Source } from '@millrace/core';
 *
 * interface Page {
 *   readonly rows: readonly string[];
 * }
 *
 * export function pages(url: string): Source<string> {
 *   return {
 *     name: url,
 *     maxPull: 100, // rows that the server puts on a page, at most
 *     open: async function* ({ signal }) {
 *       for (let page = 1; ; page += 1) {
 *         const answer = await fetch(`${url}?page=${page}`, { signal });
 *         const { rows } = (await answer.json()) as Page;
 *         if (rows.length === 0) return;
 *         yield { items: rows, origin: (index) => `${url}?page=${page}:${index + 1}` };
 *       }
 *     },
 *   };
 * }
 * ```
 */
export interface Source<out T> {
  /** The stage is called so in plans, reports and errors, with a number or a word more where that is taken. Not empty. */
  readonly name: string;
  /** Items that one pull brings at most. Without it the memory bound of a plan is not known as a number. */
  readonly maxPull?: number;
  /** Items that it may hold beyond a pull, since what brings them cannot be made to wait; a part of the memory bound. Absent: none. */
  readonly capacity?: number;
  /** Sees whether the source could be read, without reading it; asked by `pipeline.check`. Rejects with the reason. Absent: not known. */
  readonly check?: (context: SourceContext) => Promise<void>;
  /**
   * Starts to read. The iterable is pulled once at a time, only while the first queue has room; its `return()` releases what it holds.
   * An error that it throws may carry `origin`, the place in the data, which the run's error takes over.
   */
  readonly open: (context: SourceContext) => Reading<T>;
}
