/** What a stage is doing when nobody looks: waiting for room, waiting for input, or having work run somewhere. */
export type Activity = 'busy' | 'blocked' | 'starved';

/** A step is long from here on, in ms: well above the slice after which a stage lets go of the main thread. */
const longStepMs = 50;

/** Splits the life of a stage into busy, blocked and starved time, and sums its load. Reads no clock of its own. All times in ms. */
export class Meter {
  busyMs = 0;
  blockedMs = 0;
  starvedMs = 0;
  /** Load × time: divided by the lifetime it is the share of its capacity that the stage used. */
  loadMs = 0;
  /** Time that the stage kept the main thread. */
  stepMs = 0;
  /** The longest of these times without a break. */
  longestStepMs = 0;
  /** Of these times, those that were long. */
  longStepsMs = 0;
  #activity: Activity = 'starved';
  #load = 0;
  #since: number;
  #stopped = false;

  constructor(now: number) {
    this.#since = now;
  }

  /** Time that the meter has booked. */
  get lifeMs(): number {
    return this.busyMs + this.blockedMs + this.starvedMs;
  }

  /** Books the time since the last call to what was going on then, and notes what goes on from now. */
  mark(now: number, activity: Activity, load: number): void {
    if (this.#stopped) return;
    const spent = now - this.#since;
    this.#since = now;
    if (this.#activity === 'busy') this.busyMs += spent;
    else if (this.#activity === 'blocked') this.blockedMs += spent;
    else this.starvedMs += spent;
    this.loadMs += spent * this.#load;
    this.#activity = activity;
    this.#load = load;
  }

  /** The stage had the main thread for so long. */
  stepped(ms: number): void {
    this.stepMs += ms;
    if (ms > this.longestStepMs) this.longestStepMs = ms;
    if (ms > longStepMs) this.longStepsMs += ms;
  }

  /** Books what is open; nothing is booked any more. */
  stop(now: number): void {
    this.mark(now, 'starved', 0);
    this.#stopped = true;
  }
}
