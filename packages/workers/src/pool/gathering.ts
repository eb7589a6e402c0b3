import { Fifo } from './fifo.js';

/** There is no outcome to hand out yet. */
export const NONE = Symbol('none');

/** An outcome that ends the map. */
export class Failure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Outcomes that wait to be handed out. */
export interface Gathering {
  readonly put: (index: number, outcome: unknown) => void;
  readonly shift: () => unknown;
}

/** Hands out in the order of the items: a ring of slots that grows with the distance between the first that is missing and the last that is here. */
export class InOrder implements Gathering {
  #slots: unknown[] = new Array(64).fill(NONE);
  #next = 0;

  readonly put = (index: number, outcome: unknown): void => {
    while (index - this.#next >= this.#slots.length) this.#grow();
    this.#slots[index & (this.#slots.length - 1)] = outcome;
  };

  readonly shift = (): unknown => {
    const at = this.#next & (this.#slots.length - 1);
    const outcome = this.#slots[at];
    if (outcome === NONE) return NONE;
    this.#slots[at] = NONE;
    this.#next += 1;
    return outcome;
  };

  /** The number of slots stays a power of two, so that a mask finds the slot. */
  #grow(): void {
    const { length } = this.#slots;
    const slots: unknown[] = new Array(length * 2).fill(NONE);
    for (let index = this.#next; index < this.#next + length; index += 1) {
      slots[index & (slots.length - 1)] = this.#slots[index & (length - 1)];
    }
    this.#slots = slots;
  }
}

/** Hands out in the order in which the outcomes came. */
export class AsArrived implements Gathering {
  readonly #outcomes = new Fifo<unknown>();

  readonly put = (_index: number, outcome: unknown): void => this.#outcomes.push(outcome);

  readonly shift = (): unknown => (this.#outcomes.length === 0 ? NONE : this.#outcomes.shift());
}
