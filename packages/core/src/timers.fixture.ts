// A clock that stands still until a test moves it.
import type { Timers } from './timers.js';

interface Waiting {
  readonly at: number;
  readonly then: () => void;
}

export class ManualTimers implements Timers {
  #now = 1000;
  readonly #waiting = new Set<Waiting>();

  get waiting(): number {
    return this.#waiting.size;
  }

  readonly now = (): number => this.#now;

  readonly after = (ms: number, then: () => void): (() => void) => {
    const waiting = { at: this.#now + ms, then };
    this.#waiting.add(waiting);
    return () => void this.#waiting.delete(waiting);
  };

  /** Moves the clock, and calls what is due on the way, in order. */
  elapse(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#waiting].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due.at;
      this.#waiting.delete(due);
      due.then();
    }
    this.#now = until;
  }
}
