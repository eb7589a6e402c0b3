import type { Timed, TimedAttempt } from '../attempts/attempt-timer.js';
import type { TimedTask } from '../measure/task-times.js';

/** What a flight tells its executor. */
export interface FlightHost {
  /** The promise in this slot has resolved or rejected, or its time is up. */
  readonly landed: (
    slot: number,
    outcome: 'value' | 'error',
    result: unknown,
    timed: TimedAttempt | undefined,
    measured: TimedTask | undefined,
  ) => void;
  /** The flight can follow another promise. */
  readonly recycle: (flight: Flight) => void;
}

/** One promise of a task that is followed, and then another: it keeps its two callbacks for life, so that none is made per item. */
export class Flight implements Timed {
  readonly #host: FlightHost;
  #slot = -1;
  #timed: TimedAttempt | undefined;
  #measured: TimedTask | undefined;
  /** Its time was up: what comes of the promise concerns nobody. */
  #lost = false;

  constructor(host: FlightHost) {
    this.#host = host;
  }

  follow(slot: number, promise: PromiseLike<unknown>, timed: TimedAttempt | undefined, measured: TimedTask | undefined): void {
    this.#slot = slot;
    this.#timed = timed;
    this.#measured = measured;
    timed?.run(this);
    try {
      settlingOnce(promise).then(this.#onValue, this.#onError);
    } catch (error) {
      // A proxy of a promise: `then` has refused it, and calls nobody.
      queueMicrotask(() => this.#onError(error));
    }
  }

  readonly timedOut = (error: unknown): void => {
    this.#lost = true;
    this.#host.landed(this.#slot, 'error', error, undefined, this.#measured);
  };

  readonly #onValue = (value: unknown): void => this.#land('value', value);
  readonly #onError = (error: unknown): void => this.#land('error', error);

  #land(outcome: 'value' | 'error', result: unknown): void {
    const timed = this.#timed;
    const measured = this.#measured;
    this.#timed = undefined;
    this.#host.recycle(this);
    if (this.#lost) this.#lost = false;
    else {
      timed?.rest();
      this.#host.landed(this.#slot, outcome, result, timed, measured);
    }
  }
}

/** A thenable of someone else's may call back twice, or throw; so may the `then` of a promise that is not Node's own. */
function settlingOnce(promise: PromiseLike<unknown>): PromiseLike<unknown> {
  if (Object.getPrototypeOf(promise) === Promise.prototype && !Object.hasOwn(promise, 'then')) return promise;
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
  });
}
