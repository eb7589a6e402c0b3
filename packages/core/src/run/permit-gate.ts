import type { Work } from './executor.js';
import { checkedKey, type Key } from './keyed-window.js';
import type { Limiter } from './limiter.js';
import type { Claim } from './permits.js';

export interface PermitGateOptions {
  readonly limiter: Limiter;
  /** Gives what an item is limited by; absent: all items by the same. */
  readonly keyOf?: ((item: unknown) => unknown) | undefined;
}

/** Admitted items that wait for permits of one key. */
interface Parked {
  readonly claim: Claim;
  /** Those that are tried again before the others, each oldest first. */
  readonly slots: number[];
}

/**
 * Stands between a stage and its executor, and hands out an item only with a permit to start it now. Who has none waits here: in the
 * window, and in no place of the executor. Items of other keys go on, as far as the window reaches; without keys none is taken in beyond
 * the one that waits.
 */
export class PermitGate {
  /** What the executor is to work on. */
  readonly work: Work;
  readonly #inner: Work;
  readonly #limiter: Limiter;
  readonly #keyOf: ((item: unknown) => unknown) | undefined;
  readonly #now: () => number;
  readonly #parked = new Map<Key | undefined, Parked>();
  /** Of those, the ones that have permits or are to ask for them. */
  #ready: (Key | undefined)[] = [];
  #heldMs = 0;
  /** Since when the executor has had a place and nothing to start for want of permits; undefined when that is not so. */
  #heldSince: number | undefined;

  /** @param now in ms, of the clock that the limiter goes by */
  constructor(work: Work, { limiter, keyOf }: PermitGateOptions, now: () => number) {
    this.#inner = work;
    this.#limiter = limiter;
    this.#keyOf = keyOf;
    this.#now = now;
    const { retries } = work;
    this.work = {
      ...work,
      admit: this.#admit,
      retries: retries && {
        attempt: retries.attempt,
        next: this.#nextAgain,
        get resting() {
          return retries.resting;
        },
      },
    };
  }

  /** True while the rate is all that keeps a free place from being used. */
  get holds(): boolean {
    return this.#heldSince !== undefined;
  }

  /** Time in which that was so. */
  get heldMs(): number {
    return this.#heldMs + (this.#heldSince === undefined ? 0 : this.#now() - this.#heldSince);
  }

  /** The executor has started what it could: permits that are left go to others. */
  rest(): void {
    for (const key of this.#ready) this.#parked.get(key)!.claim.giveBack();
  }

  stop(): void {
    this.#letGo();
    for (const { claim } of this.#parked.values()) claim.leave();
    this.#parked.clear();
    this.#ready = [];
  }

  readonly #admit = (): number => {
    this.#letGo();
    if (this.#inner.retries?.resting) return -1;
    const slot = this.#nextReady() ?? this.#nextAdmitted();
    if (slot !== undefined) return slot;
    if (this.#parked.size > 0) this.#heldSince = this.#now();
    return -1;
  };

  /** The stage hands it an item that is tried again; the executor has places for no others. */
  readonly #nextAgain = (): number => {
    if (this.#inner.retries?.resting) return -1;
    const parked = this.#nextReady((slot) => this.#isAgain(slot));
    if (parked !== undefined) return parked;
    const slot = this.#inner.retries?.next() ?? -1;
    return slot >= 0 && this.#passes(slot) ? slot : -1;
  };

  #nextAdmitted(): number | undefined {
    while (this.#keyOf !== undefined || this.#parked.size === 0) {
      const slot = this.#inner.admit();
      if (slot < 0) return undefined;
      if (this.#passes(slot)) return slot;
    }
    return undefined;
  }

  /** Of those that wait, one that gets its permit now. */
  #nextReady(wanted: (slot: number) => boolean = () => true): number | undefined {
    for (let i = 0; i < this.#ready.length; ) {
      const key = this.#ready[i];
      const { claim, slots } = this.#parked.get(key)!;
      if (!wanted(slots[0]!)) {
        i += 1;
        continue;
      }
      this.#ready.splice(i, 1);
      // When it gets none it waits, and is ready again when there are some.
      if (!claim.take()) continue;
      const slot = slots.shift()!;
      if (slots.length > 0) this.#ready.push(key);
      else this.#forget(key, claim);
      return slot;
    }
    return undefined;
  }

  /** False: the item waits, or has no key and has failed. */
  #passes(slot: number): boolean {
    let key: Key | undefined;
    try {
      key = this.#keyOf && checkedKey(this.#keyOf(this.#inner.item(slot)), 'rate.key');
    } catch (error) {
      this.#inner.failed(slot, error);
      return false;
    }
    const waiting = this.#parked.get(key);
    if (waiting !== undefined) {
      this.#park(waiting.slots, slot);
      return false;
    }
    const permits = this.#limiter.of(key);
    if (permits.take()) return true;
    const claim = permits.claim(() => {
      this.#ready.push(key);
      this.#inner.wake();
    });
    this.#parked.set(key, { claim, slots: [slot] });
    // Others may wait for the same permits: it takes its place behind them.
    if (!claim.take()) return false;
    this.#forget(key, claim);
    return true;
  }

  #park(slots: number[], slot: number): void {
    const behind = this.#isAgain(slot) ? slots.findIndex((other) => !this.#isAgain(other)) : -1;
    if (behind < 0) slots.push(slot);
    else slots.splice(behind, 0, slot);
  }

  #isAgain(slot: number): boolean {
    return (this.#inner.retries?.attempt(slot) ?? 1) > 1;
  }

  #forget(key: Key | undefined, claim: Claim): void {
    this.#parked.delete(key);
    claim.leave();
  }

  #letGo(): void {
    this.#heldMs = this.heldMs;
    this.#heldSince = undefined;
  }
}
