/** What a sink is told when it is opened and at each write. Take the members out by their names: a spread copy may lack them. */
export interface SinkContext {
  /** Aborts when the run is cancelled or fails, and at a write or a flush that has taken longer than `timeoutMs`. */
  readonly signal: AbortSignal;
  /**
   * At a write: the ordinal, from 0, of the source item that each of its items descends from; undefined for those whose operators hide it.
   * Made when it is read.
   */
  readonly positions?: readonly (number | undefined)[];
  /** At a write: the name of the source that each of its items descends from, as `positions`. */
  readonly sources?: readonly (string | undefined)[];
  /**
   * At the opening: what a write that rejects leads to. `fail`: the run fails with it, no item is written again, and `abort` follows; so a
   * writer may resolve writes before it is certain of them, and reject a later write, or the flush, instead. `again`: items may come again,
   * whole or in parts, and others are written behind them. Absent: not known, to be taken as `again`.
   */
  readonly onFailure?: 'fail' | 'again';
}

/**
 * An opened sink. Calls never overlap, unless `concurrency` asks for several writes at once, or a write outlives the grace that it has after
 * its `timeoutMs` or the end of the run; after the last write exactly one of `commit` and `abort` is called, once, and `abort` after a commit
 * that fails.
 */
export interface Writer<in T> {
  /**
   * As `target` of the sink, where only the opening shows what it is: with symbolic links followed. Two of one flow that are the same fail the
   * run before anything is read. Absent: nothing is replaced, or the sink's own says it all.
   */
  readonly target?: string;
  /**
   * Takes a batch, in order; with several writes at once, batches overtake each other. The items are delivered when the promise resolves.
   * When it rejects they count as not written, all of them: with `retry`, or `onError` other than `fail`, they come again, whole or in parts.
   * An error that has the `index` of an item in the batch blames that one; with the `context` of an earlier write, an item of that.
   */
  readonly write: (items: readonly T[], context: SinkContext) => Promise<void>;
  /**
   * No more items come: makes certain of what was written, where a write resolves before it is (see `onFailure`). Called once, after the last
   * write and before any sink of the flow commits, so that a row that is refused so late leaves nothing of another sink. Absent: writes are
   * certain when they resolve.
   */
  readonly flush?: (context: SinkContext) => Promise<void>;
  /**
   * All items were written, by all sinks of the flow, also in a drained run: makes them visible and releases what the writer holds. Sinks
   * of one flow commit one after the other.
   */
  readonly commit: () => Promise<void>;
  /** The run failed or was cancelled: undoes what can be undone and releases what the writer holds. */
  readonly abort: (reason: unknown) => Promise<void>;
}

/**
 * Where items go: what connectors give, and what you write to make one. All members are function-typed properties, so that a wrong `T`
 * does not compile.
 *
 * @example
 * ```ts
 * import { appendFile, rename, rm } from 'node:fs/promises';
 * import type { Sink } from '@millrace/core';
 *
 * export function textFile(path: string): Sink<string> {
 *   const part = `${path}.part`;
 *   return {
 *     name: path,
 *     open: async () => {
 *       await rm(part, { force: true });
 *       return {
 *         write: (lines) => appendFile(part, lines.map((line) => `${line}\n`).join('')),
 *         commit: () => rename(part, path), // nothing is seen under its name before all is there
 *         abort: () => rm(part, { force: true }),
 *       };
 *     },
 *   };
 * }
 * ```
 */
export interface Sink<in T> {
  /** The stage is called so in plans, reports and errors, with a number or a word more where that is taken. Not empty. */
  readonly name: string;
  /**
   * What a commit replaces, as an absolute path or a URL. Two sinks of one flow that name the same are refused when the plan is made, as one
   * of them would be lost. Absent: what others write stands beside what this one writes, as in a table.
   */
  readonly target?: string;
  /** Sees whether the sink could be written, without writing; asked by `pipeline.check`. Rejects with the reason. Absent: not known. */
  readonly check?: (context: SinkContext) => Promise<void>;
  /**
   * Called once per run, before any source is opened, so that a sink that cannot be written costs no reading. A rejection fails the run.
   */
  readonly open: (context: SinkContext) => Promise<Writer<T>>;
}

export function isSink(value: unknown): value is Sink<unknown> {
  return typeof value === 'object' && value !== null && 'name' in value && 'open' in value && typeof value.open === 'function';
}
