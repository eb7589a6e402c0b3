import { timerMs } from '../wire/task-timeout.js';
import type { Dispatchable } from './job-entry.js';
import type { Lane } from './lane.js';

export interface DispatchOptions {
  readonly lanes: readonly Lane[];
  /** Newest first. */
  readonly jobs: () => readonly Dispatchable[];
  /** For how long spent workers keep the jobs from going on. */
  readonly graceMs: number;
}

/** Not `queueMicrotask`, which makes an `AsyncResource` for each call: three times the time of this. */
const settled = Promise.resolve();

/** Brings batches to the lanes that have room. */
export class Dispatch {
  readonly #lanes: readonly Lane[];
  readonly #options: DispatchOptions;
  #scheduled = false;
  #lendTimer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: DispatchOptions) {
    this.#options = options;
    this.#lanes = options.lanes;
  }

  /** Callers poke from within their own work; `take` is called when that is done. */
  soon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void settled.then(this.#scheduledNow);
  }

  readonly #scheduledNow = (): void => {
    this.#scheduled = false;
    this.now();
  };

  /** Fills the lanes, the emptiest first: no lane gets a second batch while another has none. Workers are added for what is left. */
  now(): void {
    const dry = new Set<Lane>();
    while (!this.#stopped) {
      const lane = this.#emptiest(dry);
      if (lane === undefined) break;
      if (!this.#fill(lane)) dry.add(lane);
    }
    this.#grow();
    if (this.#isHeldUp()) this.#lendLater();
  }

  /** No lane is given anything any more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#lendTimer);
  }

  #emptiest(dry: ReadonlySet<Lane>): Lane | undefined {
    let emptiest: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.hasRoom && !dry.has(lane) && (emptiest === undefined || lane.inFlight < emptiest.inFlight)) emptiest = lane;
    }
    return emptiest;
  }

  #fill(lane: Lane): boolean {
    const { isBrief } = lane;
    for (const job of this.#options.jobs()) {
      if (!isBrief && !job.isBound) {
        // What another lane could run is not put behind what may take long; nor is what comes after it let in before it.
        if (job.isWaiting() && job.mayUse(lane.worker)) return false;
        continue;
      }
      // Without a lane that is free of streams, one that holds some must go beyond the ration: it would not be replaced in time.
      const ration = lane.rationOf(job) || (this.#lanes.every(isTiedDown) ? 1 : 0);
      const batch = ration > 0 && job.mayUse(lane.worker) ? job.take(lane.worker, ration) : undefined;
      if (batch === undefined) continue;
      lane.run(batch);
      return true;
    }
    return false;
  }

  /** Starts workers for batches that no lane has room for; a lane that is starting has room until it has got one. */
  #grow(): void {
    for (const lane of this.#lanes) {
      if (!lane.isIdle) continue;
      if (this.#stopped || this.#lanes.some((other) => other.isStarting && other.inFlight === 0)) return;
      // A job may have nothing for this lane, and something for the next.
      this.#fill(lane);
    }
  }

  #isHeldUp(): boolean {
    return (
      this.#lanes.some((lane) => lane.isHeldUp) &&
      this.#lanes.every((lane) => lane.inFlight === 0) &&
      this.#options.jobs().length > 0
    );
  }

  /**
   * A worker that is spent waits for its paused items, and these may wait for an item that finds no lane: when nothing has run for the
   * grace, one more item is let in, lest the jobs hang.
   */
  #lendLater(): void {
    this.#lendTimer ??= setTimeout(() => {
      this.#lendTimer = undefined;
      if (this.#stopped || !this.#isHeldUp()) return;
      this.#lanes.find((lane) => lane.isHeldUp)?.lend();
      this.now();
    }, timerMs(this.#options.graceMs)).unref();
  }
}

function isTiedDown(lane: Lane): boolean {
  return lane.streams > 0 || lane.retirement !== undefined;
}
