import { timerMs } from '../wire/task-timeout.js';
import type { Lane } from './lane.js';

export interface IdleLanesOptions {
  readonly lanes: readonly Lane[];
  /** Lanes that are left their workers. */
  readonly minSize: number;
  /** A lane that holds nothing for so long is let go; looked at twice in that time. */
  readonly idleMs: number;
}

/** A lane at the last look that found it without work. */
interface Idler {
  /** Batches and streams it had been given by then. */
  readonly given: number;
  looks: number;
}

const LOOKS = 2;

/** Ends the workers of a pool that have had nothing to do for a while. */
export class IdleLanes {
  readonly #options: IdleLanesOptions;
  readonly #idlers = new Map<Lane, Idler>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: IdleLanesOptions) {
    this.#options = options;
    // The workers keep the program alive, not the eye on them.
    this.#timer = setInterval(() => this.#look(), Math.max(1, timerMs(options.idleMs / LOOKS))).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { lanes, minSize } = this.#options;
    let spare = lanes.filter((lane) => lane.isManned).length - minSize;
    // The last ones first: work goes to the first ones.
    for (const lane of [...lanes].reverse()) {
      const idler = this.#idlers.get(lane);
      if (!lane.isFree) this.#idlers.delete(lane);
      else if (idler?.given !== lane.given) this.#idlers.set(lane, { given: lane.given, looks: 0 });
      else if (++idler.looks >= LOOKS && spare > 0) {
        spare--;
        this.#idlers.delete(lane);
        lane.rest();
      }
    }
  }
}
