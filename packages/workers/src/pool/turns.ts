import type { OpenBatch, Poked, Turner } from './supply.js';

/** Serves the supplies of a pool one batch after another in a round: a long map holds up neither another one nor a single call. */
export class Turns {
  readonly #round: Turner[] = [];
  readonly #members = new Set<Turner>();

  /** It has work, or may have: it is served when its turn comes. */
  enter(turner: Turner): void {
    if (!this.#members.has(turner)) {
      this.#members.add(turner);
      this.#round.push(turner);
    }
    turner.channel.poke();
  }

  /**
   * The low-level pool asks its jobs one by one, in an order of its own. A job that is asked out of turn declines, and the one whose turn it
   * is gets the question next.
   */
  take(channel: Poked, max: number): OpenBatch | undefined {
    let fruitless = false;
    for (let first = this.#first(); first !== undefined; first = this.#first()) {
      if (first.channel !== channel) {
        // It may have been asked before its turn came.
        if (fruitless) first.channel.poke();
        return undefined;
      }
      const batch = first.take(max);
      this.#round.shift();
      if (first.hasWork) this.#round.push(first);
      else this.#members.delete(first);
      if (batch !== undefined) return batch;
      fruitless = true;
    }
    return undefined;
  }

  #first(): Turner | undefined {
    for (;;) {
      const first = this.#round[0];
      if (first === undefined || first.hasWork) return first;
      this.#round.shift();
      this.#members.delete(first);
    }
  }
}
