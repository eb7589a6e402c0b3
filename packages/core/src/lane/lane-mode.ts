/** What a worker's realm knows of being a lane. Lies under `globalThis`, because a worker may load core twice. */
interface LaneMode {
  /** The module being imported has called `run`, `start` or `iterate`: its stages are declared, the call will never settle. */
  readonly parked: Promise<void>;
  readonly park: () => void;
  /** A module is being imported for its stages; from then on what runs here are tasks. */
  loading: boolean;
}

const key = Symbol.for('millrace.lane');
const realm = globalThis as { [key]?: LaneMode };

/** Called once in a worker, before any user module is loaded. */
export function enterLaneMode(): LaneMode {
  if (realm[key] !== undefined) return realm[key];
  let park = (): void => {};
  const parked = new Promise<void>((resolve) => {
    park = resolve;
  });
  realm[key] = { parked, park, loading: true };
  return realm[key];
}

/**
 * In a lane: tells that the module is loaded as far as it will be, and gives the promise that never settles. On the main thread: undefined.
 * So a script that awaits a run at its top level is not run again by its own workers.
 */
export function parkInLane(): Promise<never> | undefined {
  const mode = realm[key];
  if (mode === undefined) return undefined;
  mode.park();
  return new Promise<never>(() => {});
}

/**
 * The same for a flow of no pipeline, but only while the module is being loaded: a script that reads a flow at its top level is not run
 * again by its workers, and a task may read flows of its own.
 */
export function parkWhileLoading(): Promise<never> | undefined {
  return realm[key]?.loading ? parkInLane() : undefined;
}
