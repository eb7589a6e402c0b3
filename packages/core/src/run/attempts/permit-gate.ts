import { checkedKey, type Key } from '../../declare/key.js';
import type { Retries, Work } from '../executor.js';
import type { Limiter } from './limiter.js';
import { Overtaken } from './overtaken.js';
import type { Claim } from './permits.js';

export interface PermitGateOptions {
  readonly limiter: Limiter;
  /** Gives what an item is limited by; absent: all items by the same. */
  readonly keyOf?: ((item: unknown) => unknown) | undefined;
}

/** Admitted items that wait for permits of one key; none while the executor still may start more of the same key. */
interface Parked {
  readonly key: Key | undefined;
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
  readonly #overtaken: Overtaken | undefined;
  readonly #parked = new Map<Key | undefined, Parked>();
  /** Of those, the ones that have permits or are to ask for them; the rest waits. */
  #ready: Parked[] = [];
  /** Whose last item has begun in this turn: what else was dealt out to them may be of use yet. */
  readonly #spent = new Set<Parked>();
  /** Items that wait. */
  #count = 0;
  #heldMs = 0;
  /** Since when the executor has had a place and nothing to start for want of permits; undefined when that is not so. */
  #heldSince: number | undefined;
  #stopped = false;

  /** @param now in ms, of the clock that the limiter goes by */
  constructor(work: Work, { limiter, keyOf }: PermitGateOptions, now: () => number) {
    this.#inner = work;
    this.#limiter = limiter;
    this.#keyOf = keyOf;
    this.#now = now;
    const { retries, keys } = work;
    this.#overtaken = keys && new Overtaken(keys.of);
    this.work = {
      ...work,
      admit: this.#admit,
      retries: retries && new GatedRetries(retries, this.#nextAgain),
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
    for (const { claim } of this.#ready) claim.giveBack();
    for (const { key, claim, slots } of this.#spent) {
      if (slots.length > 0) continue;
      this.#parked.delete(key);
      claim.leave();
    }
    this.#spent.clear();
  }

  stop(): void {
    this.#stopped = true;
    this.#letGo();
    for (const { claim } of this.#parked.values()) claim.leave();
    this.#parked.clear();
    this.#ready = [];
    this.#spent.clear();
    this.#count = 0;
  }

  readonly #admit = (): number => {
    this.#letGo();
    if (this.#inner.retries?.resting) return -1;
    const slot = this.#nextReady() ?? this.#nextAdmitted();
    if (slot !== undefined) return this.#begun(slot);
    if (this.#count > 0) this.#heldSince = this.#now();
    return -1;
  };

  /**
   * Tasks that pause in the midst of their outputs have all places. They may wait for an item to be released before them: one that is tried
   * again, or one that they have overtaken while it waited here.
   */
  nextAwaited(): number {
    if (this.#inner.retries?.resting) return -1;
    const parked = this.#nextReady((slot) => this.#isAgain(slot) || this.#isAwaited(slot));
    return parked === undefined ? this.#nextAgain() : this.#begun(parked);
  }

  /** It is the next to be released, and others have begun that are released behind it. */
  #isAwaited(slot: number): boolean {
    const { age, keys } = this.#inner;
    if (this.#overtaken !== undefined) return keys!.isFirst(slot) && this.#overtaken.has(slot);
    return age?.(slot) === 0;
  }

  #begun(slot: number): number {
    if (slot >= 0) this.#overtaken?.begins(slot);
    return slot;
  }

  /** The stage hands it an item that is tried again; the executor has places for no others. */
  readonly #nextAgain = (): number => {
    if (this.#inner.retries?.resting) return -1;
    const parked = this.#nextReady((slot) => this.#isAgain(slot));
    if (parked !== undefined) return this.#begun(parked);
    // One that has to wait for its key keeps no other: nobody would come back for those that are due.
    for (let slot = this.#dueAgain(); slot >= 0; slot = this.#dueAgain()) if (this.#passes(slot)) return this.#begun(slot);
    return -1;
  };

  #dueAgain(): number {
    return this.#inner.retries?.next() ?? -1;
  }

  #nextAdmitted(): number | undefined {
    while (this.#keyOf !== undefined || this.#count === 0) {
      const slot = this.#inner.admit();
      if (slot < 0) return undefined;
      if (this.#passes(slot)) return slot;
    }
    return undefined;
  }

  /** Of those that wait, one that gets its permit now. */
  #nextReady(wanted: (slot: number) => boolean = () => true): number | undefined {
    for (let i = 0; i < this.#ready.length; ) {
      const parked = this.#ready[i]!;
      const { claim, slots } = parked;
      if (!wanted(slots[0]!)) {
        i += 1;
        continue;
      }
      this.#ready.splice(i, 1);
      // When it gets none it waits, and is ready again when there are some.
      if (!claim.take()) continue;
      this.#count -= 1;
      const slot = slots.shift()!;
      if (slots.length > 0) this.#ready.push(parked);
      else this.#spent.add(parked);
      return slot;
    }
    return undefined;
  }

  /** False: the item waits, or has no key and has failed, or the stage has stopped. */
  #passes(slot: number): boolean {
    let key: Key | undefined;
    try {
      key = this.#keyOf && checkedKey(this.#keyOf(this.#inner.item(slot)), 'rate.key');
    } catch (error) {
      this.#inner.failed(slot, error);
      return false;
    }
    // The key function has ended the run: a claim would be left, and its permits with it, which others may want.
    if (this.#stopped) return false;
    const parked = this.#parked.get(key) ?? this.#open(key);
    if (parked === undefined) return true;
    if (parked.slots.length === 0 && parked.claim.take()) {
      this.#spent.add(parked);
      return true;
    }
    this.#park(parked, slot);
    return false;
  }

  /** Undefined when nobody needs to wait: the permit is taken. */
  #open(key: Key | undefined): Parked | undefined {
    const permits = this.#limiter.of(key);
    if (permits.take()) return undefined;
    const claim = permits.claim(() => {
      this.#ready.push(parked);
      this.#inner.wake();
    });
    const parked: Parked = { key, claim, slots: [] };
    this.#parked.set(key, parked);
    return parked;
  }

  #park({ slots }: Parked, slot: number): void {
    this.#count += 1;
    this.#overtaken?.waits(slot);
    const behind = this.#isAgain(slot) ? slots.findIndex((other) => !this.#isAgain(other)) : -1;
    if (behind < 0) slots.push(slot);
    else slots.splice(behind, 0, slot);
  }

  #isAgain(slot: number): boolean {
    return (this.#inner.retries?.attempt(slot) ?? 1) > 1;
  }

  #letGo(): void {
    this.#heldMs = this.heldMs;
    this.#heldSince = undefined;
  }
}

/** A class, as V8 makes the getters of an object literal in the old generation, with all that they close over. */
class GatedRetries implements Retries {
  readonly attempt: Retries['attempt'];
  readonly next: Retries['next'];
  readonly #inner: Retries;

  constructor(inner: Retries, next: Retries['next']) {
    this.attempt = inner.attempt;
    this.next = next;
    this.#inner = inner;
  }

  get resting(): boolean {
    return this.#inner.resting;
  }
}
