// The stage's side of the Executor port, scripted: hands out given items and writes down what became of each.
import { type Emission, OVER, PENDING } from '../emission.js';
import type { Executor, Retries, Work } from '../executor.js';

export type Outcome =
  | { readonly kind: 'value'; readonly output: unknown }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** `broken`: the emission threw. */
  | { readonly kind: 'many'; readonly outputs: unknown[]; broken?: { readonly error: unknown } };

/** Slots are the indices of the items. Emissions are emptied as soon as they may be. */
export class ScriptedWork implements Work, Retries {
  readonly retries = this;
  readonly outcomes: Outcome[][];
  admitted = 0;
  /** Most items that had been admitted and had no outcome. */
  peak = 0;
  brokenBy: unknown;
  readonly #items: readonly unknown[];
  readonly #window: number;
  /** Attempts of one item in all. */
  readonly #attempts: number;
  readonly #numbers = new Map<number, number>();
  readonly #again: number[] = [];
  readonly #open = new Map<Emission, { readonly slot: number; readonly outcome: Extract<Outcome, { kind: 'many' }> }>();
  #settled = 0;
  /** Counts what an executor may react to by taking more. */
  #moves = 0;
  #woken: () => void = () => undefined;

  /**
   * @param window items admitted without outcome at most
   * @param attempts of one item; what fails before the last is admitted again at once, unless it has given an output
   */
  constructor(items: readonly unknown[], window = 64, attempts = 1) {
    this.#items = items;
    this.#window = window;
    this.#attempts = attempts;
    this.outcomes = items.map(() => []);
  }

  /** Runs all items; the only outcome of each, in order. */
  async run(executor: Executor): Promise<Outcome[]> {
    while (!this.#done) {
      const woken = new Promise<void>((resolve) => {
        this.#woken = resolve;
      });
      const before = this.#moves;
      executor.advance();
      this.#emptyEmissions();
      if (this.#done) break;
      if (this.#moves === before) await woken;
    }
    if (this.brokenBy !== undefined) throw this.brokenBy;
    return this.outcomes.map(([only, ...more]) => {
      if (only === undefined || more.length > 0) throw new Error(`not one outcome, but ${JSON.stringify([only, ...more])}`);
      return only;
    });
  }

  get #done(): boolean {
    return this.brokenBy !== undefined || (this.#settled === this.#items.length && this.#open.size === 0);
  }

  #emptyEmissions(): void {
    for (const [emission, { slot, outcome }] of this.#open) {
      try {
        let output = emission.take();
        for (; output !== PENDING && output !== OVER; output = emission.take()) outcome.outputs.push(output);
        if (output === OVER) this.#open.delete(emission);
      } catch (error) {
        this.#open.delete(emission);
        if (outcome.outputs.length === 0 && this.#isTriedAgain(slot)) {
          this.outcomes[slot]!.pop();
          this.#settled -= 1;
        } else outcome.broken = { error };
      }
    }
  }

  #isTriedAgain(slot: number): boolean {
    const attempt = this.attempt(slot);
    if (attempt >= this.#attempts) return false;
    this.#moves += 1;
    this.#numbers.set(slot, attempt + 1);
    this.#again.push(slot);
    return true;
  }

  #settle(slot: number, outcome: Outcome): void {
    this.outcomes[slot]!.push(outcome);
    this.#settled += 1;
    this.#woken();
  }

  readonly admit = (): number => {
    const again = this.next();
    if (again >= 0) return again;
    if (this.admitted === this.#items.length || this.admitted - this.#settled >= this.#window) return -1;
    this.admitted += 1;
    this.#moves += 1;
    this.peak = Math.max(this.peak, this.admitted - this.#settled);
    return this.admitted - 1;
  };
  readonly waiting = (): number => this.#items.length - this.admitted + this.#again.length;
  readonly attempt = (slot: number): number => this.#numbers.get(slot) ?? 1;
  readonly next = (): number => this.#again.shift() ?? -1;
  readonly resting = false;
  readonly item = (slot: number): unknown => this.#items[slot];
  readonly value = (slot: number, output: unknown): void => this.#settle(slot, { kind: 'value', output });
  readonly none = (slot: number): void => this.#settle(slot, { kind: 'none' });
  readonly failed = (slot: number, error: unknown): void => {
    if (this.#isTriedAgain(slot)) this.#woken();
    else this.#settle(slot, { kind: 'failed', error });
  };
  readonly many = (slot: number, emission: Emission): void => {
    const outcome = { kind: 'many' as const, outputs: [] };
    this.#open.set(emission, { slot, outcome });
    this.#settle(slot, outcome);
  };
  readonly broken = (error: unknown): void => {
    this.brokenBy = error;
    this.#woken();
  };
  readonly wake = (): void => this.#woken();
}
