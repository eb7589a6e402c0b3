import type { Outcome } from './contender.js';

/** Counts outputs and sums them up so that their order matters. */
export class Tally {
  readonly #digest: (output: unknown) => number;
  #count = 0;
  #checksum = 0;

  /** @param digest a number that tells one output from another; fractions are cut off */
  constructor(digest: (output: unknown) => number) {
    this.#digest = digest;
  }

  add(output: unknown): void {
    this.#count++;
    this.#checksum = (Math.imul(this.#checksum, 31) + this.#digest(output)) | 0;
  }

  get outcome(): Outcome {
    return { count: this.#count, checksum: this.#checksum };
  }
}
