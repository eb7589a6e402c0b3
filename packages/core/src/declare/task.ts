import type { Observable } from 'rxjs';
import type { TaskContext } from './context.js';

/**
 * The user's function of a stage. What it returns, or what the promise that it returns brings, is one output; a generator object, an
 * async generator object and an Observable give each of their emissions instead, `EMPTY` none. Arrays, Maps, iterators and streams are values.
 */
export type Task<in I, out R, in Resource = unknown> = (item: I, context: TaskContext<Resource>) => R;

/** Type of the items that come of a task which returns `R`. */
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
