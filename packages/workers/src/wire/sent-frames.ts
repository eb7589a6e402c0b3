import type { FromLane, Told } from './frame.js';

/** So many frames back it is known what they were of: more than a pool leaves unread. */
const KEPT = 1024;
const NOTHING: Told = {};

/** The frames that a lane has posted, by their numbers, from 1. */
export class SentFrames {
  readonly #told = new Map<number, Told>();
  #count = 0;

  note(frame: FromLane): void {
    this.#count += 1;
    this.#told.delete(this.#count - KEPT);
    if (frame.kind === 'reply') this.#told.set(this.#count, { batch: frame.batch });
    else if (frame.kind === 'flow' || frame.kind === 'failed') this.#told.set(this.#count, { job: frame.job });
  }

  of(frame: number): Told {
    return this.#told.get(frame) ?? NOTHING;
  }
}
