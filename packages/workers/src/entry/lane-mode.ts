import { AsyncLocalStorage } from 'node:async_hooks';

/** A module that is being imported, or was. What it set going at its top level keeps belonging to it. */
interface Load {
  readonly park: () => void;
}

/** What a worker's realm knows of being a lane. Lies under `globalThis`, because a worker may hold several copies of this package. */
interface LaneMode {
  readonly context: AsyncLocalStorage<Load>;
  /** Not yet settled, not yet parked. */
  readonly loading: Set<Load>;
}

const key = Symbol.for('millrace.lane');
const realm = globalThis as { [key]?: LaneMode };

/**
 * Imports a module for what it declares. From the first call on this realm is a lane.
 *
 * @returns what `importing` resolves to; undefined when the module waits for a run or a pool at its top level, as a script does: it is
 * loaded as far as it will be
 */
export function loadInLane<T>(importing: () => Promise<T>): Promise<T | undefined> {
  realm[key] ??= { context: new AsyncLocalStorage(), loading: new Set() };
  const { context, loading } = realm[key];
  return new Promise((resolve, reject) => {
    const load: Load = {
      park: () => {
        loading.delete(load);
        resolve(undefined);
      },
    };
    loading.add(load);
    // Once it has parked, the import may still fail; the lane does not depend on it any more.
    context
      .run(load, importing)
      .finally(() => loading.delete(load))
      .then(resolve, reject);
  });
}

/**
 * In a lane: tells that the module is loaded as far as it will be, and gives the promise that never settles. On the main thread: undefined.
 * So a script that awaits a run at its top level is not run again by its own workers.
 */
export function parkInLane(): Promise<never> | undefined {
  const mode = realm[key];
  if (mode === undefined) return undefined;
  const load = mode.context.getStore();
  for (const parked of load === undefined ? [...mode.loading] : [load]) parked.park();
  return never();
}

/**
 * The same, but only for what a module does by being imported, however late: a script may `await main()` or just call it. Tasks are
 * none of that: what they call works. The callers are told apart by their asynchronous context, since an asynchronous task may be under
 * way in this lane while it loads another module.
 */
export function parkWhileLoading(): Promise<never> | undefined {
  return realm[key]?.context.getStore() === undefined ? undefined : parkInLane();
}

function never(): Promise<never> {
  return new Promise<never>(() => {});
}
