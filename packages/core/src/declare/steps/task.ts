import type { Observable } from 'rxjs';
import type { TaskContext } from '../context.js';

/**
 * The user's function of a stage. What it returns, or what the promise that it returns brings, is one output; a generator object, an
 * async generator object and an Observable give each of their emissions instead, `EMPTY` none. Arrays, Maps, iterators and streams are values.
 * What it throws, or rejects with, fails the attempt: see `retry` and `onError`.
 *
 * @example
 * ```ts
 * import { flow, io, type Task } from '@millrace/core';
 *
 * const words: Task<string, Generator<string>> = function* (line) {
 *   yield* line.split(' ');
 * };
 * const found = await flow(['to be', 'or not']).pipe(io('words', words)).toArray(); // ['to', 'be', 'or', 'not']
 * ```
 */
export type Task<in I, out R, in Resource = unknown> = (item: I, context: TaskContext<Resource>) => R;

/**
 * Type of the items that come of a task which returns `R`: what a generator, an async generator or an Observable emits, otherwise what a
 * promise brings, or `R` itself.
 */
export type Outputs<R> = Emissions<Awaited<R>>;

// `any` would distribute into the union of all branches; `0 extends 1 & V` holds for it alone.
type Emissions<V> = 0 extends 1 & V
  ? V
  : V extends Generator<infer Item, unknown, never>
    ? Item
    : V extends AsyncGenerator<infer Item, unknown, never>
      ? Item
      : V extends Observable<infer Item>
        ? Item
        : V;
