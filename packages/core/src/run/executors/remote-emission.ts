import { type Emission, OVER, PENDING } from '../emission.js';

/** What a remote emission needs of its executor. */
export interface RemoteHost {
  /** Lets the lane go on with the item; undefined when all has come. */
  readonly resume: (() => void) | undefined;
  /** So many outputs are not ahead of their turn any more. */
  readonly giveBack: (outputs: number) => void;
  readonly wake: () => void;
}

type RemoteState =
  | { readonly kind: 'paused' }
  | { readonly kind: 'asked' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'ended' };

/** Outputs of one item that come from a lane in parts; the lane goes on when the stage has taken the part. */
export class RemoteEmission implements Emission {
  #outputs: readonly unknown[] = [];
  #next = 0;
  #state: RemoteState = { kind: 'paused' };
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
    const state = this.#state;
    if (state.kind === 'ended') return OVER;
    if (state.kind === 'failed') {
      this.#state = { kind: 'ended' };
      throw state.error;
    }
    if (state.kind === 'paused') {
      this.#state = { kind: 'asked' };
      this.#host.resume?.();
    }
    return PENDING;
  };

  readonly cancel = (): void => {
    this.#outputs = [];
    this.#next = 0;
    this.#state = { kind: 'ended' };
  };

  /** The next part; comes only after the one before was taken. */
  arrive(outputs: readonly unknown[]): void {
    this.#outputs = outputs;
    this.#next = 0;
    this.#lent = Math.max(0, outputs.length - 1);
    if (this.#state.kind === 'asked') this.#state = { kind: 'paused' };
    this.#host.wake();
  }

  end(): void {
    this.#state = { kind: 'ended' };
    this.#host.wake();
  }

  /** The item failed, or its lane died; told once, after what has come. */
  fail(error: unknown): void {
    this.#state = { kind: 'failed', error };
    this.#host.wake();
  }
}
