import { AsyncLocalStorage } from 'node:async_hooks';

/** A module that is being imported, or was. What it set going at its top level keeps belonging to it. */
class Load {
  park!: () => void;
  readonly parked = new Promise<undefined>((resolve) => {
    this.park = () => resolve(undefined);
  });
}

/** What a worker's realm knows of being a lane. Lies under `globalThis`, because a worker may hold several copies of this package. */
class LaneMode {
  readonly context = new AsyncLocalStorage<Load | undefined>();
  /** Neither settled nor parked. */
  readonly loading = new Set<Load>();
  /** In a bundle: the program, which is imported to start the lane. */
  program: Load | undefined;
}

const key = Symbol.for('millrace.lane');
const realm = globalThis as { [key]?: LaneMode };

function laneMode(): LaneMode {
  realm[key] ??= new LaneMode();
  return realm[key];
}

/** This realm is a lane from now on. */
export function beLane(): void {
  laneMode();
}

/** This thread is the lane of a bundle: what is evaluated from now on, up to the end of the import, is the user's program. */
export function enterLane(): void {
  const mode = laneMode();
  mode.program ??= new Load();
  mode.context.enterWith(mode.program);
}

/** Runs a lane's work: it is no part of the program that set the lane going, as it is in a bundle. */
export function outsideOfProgram(work: () => void): void {
  // Not by `exit`: Node.js 20 stops tracking for so long, and a `run` within brings the program back.
  laneMode().context.run(undefined, work);
}

/**
 * Imports a module for what it declares. From the first call on this realm is a lane, if it was none before.
 *
 * @returns what `importing` resolves to; undefined when the module waits for a run or a pool at its top level, as a script does: it is
 * loaded as far as it will be
 */
export async function loadInLane<T>(importing: () => Promise<T>): Promise<T | undefined> {
  const { context, loading, program } = laneMode();
  const load = new Load();
  loading.add(load);
  const imported = context.run(load, importing);
  // Once it has parked, the import may still fail; the lane does not depend on it any more.
  imported.catch(() => undefined);
  try {
    return await Promise.race(program === undefined ? [imported, load.parked] : [imported, load.parked, program.parked]);
  } finally {
    loading.delete(load);
  }
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
