import type { Cross } from '../clone.js';
import { type Emission, OVER, PENDING } from '../emission.js';

/** An output that cannot cross ends the emission: its maker is told, as nobody will take the rest. */
export class CrossedEmission implements Emission {
  readonly cancel: () => void;
  readonly #inner: Emission;
  readonly #cross: Cross;

  constructor(inner: Emission, cross: Cross) {
    this.cancel = inner.cancel;
    this.#inner = inner;
    this.#cross = cross;
  }

  get held(): number {
    return this.#inner.held;
  }

  readonly take = (): unknown => {
    const output = this.#inner.take();
    if (output === PENDING || output === OVER) return output;
    try {
      return this.#cross(output, 'output');
    } catch (error) {
      this.cancel();
      throw error;
    }
  };
}
