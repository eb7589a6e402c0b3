import { END, NONE } from '../queue/index.js';
import type { Emission } from './emission.js';

/** What a remote emission needs of its executor. */
export interface RemoteHost {
  /** Lets the lane go on with the item; undefined when all has come. */
  readonly resume: (() => void) | undefined;
  /** So many outputs are not ahead of their turn any more. */
  readonly giveBack: (outputs: number) => void;
  readonly wake: () => void;
}

/** Outputs of one item that come from a lane in parts; the lane goes on when the stage has taken the part. */
export class RemoteEmission implements Emission {
  #outputs: readonly unknown[] = [];
  #next = 0;
  #state: 'paused' | 'asked' | 'ended' = 'paused';
  /** Outputs that lie here on loan: all but one of a part. */
  #lent = 0;
  readonly #host: RemoteHost;

  constructor(host: RemoteHost) {
    this.#host = host;
  }

  get held(): number {
    return this.#outputs.length - this.#next;
  }

  readonly take = (): unknown => {
    if (this.#next < this.#outputs.length) {
      this.#next += 1;
      if (this.#lent > 0) {
        this.#lent -= 1;
        this.#host.giveBack(1);
      }
      return this.#outputs[this.#next - 1];
    }
    if (this.#state === 'ended') return END;
    if (this.#state === 'paused') {
      this.#state = 'asked';
      this.#host.resume?.();
    }
    return NONE;
  };

  readonly cancel = (): void => {
    this.#outputs = [];
    this.#next = 0;
    this.#state = 'ended';
  };

  /** The next part; comes only after the one before was taken. */
  arrive(outputs: readonly unknown[]): void {
    this.#outputs = outputs;
    this.#next = 0;
    this.#lent = Math.max(0, outputs.length - 1);
    if (this.#state === 'asked') this.#state = 'paused';
    this.#host.wake();
  }

  end(): void {
    this.#state = 'ended';
    this.#host.wake();
  }
}
