import type { AnyOperator } from '../declare/declaration.js';
import type { Key } from '../declare/key.js';
import { TooManyKeysError } from '../errors.js';
import { RingBuffer } from '../queue/index.js';
import type { Timers } from '../timers.js';
import type { Chain, ChainHost } from './chain.js';
import { OperatorChain } from './operator-chain.js';

export interface KeyedTerms {
  readonly stage: string;
  /** Keys that may be known at once. */
  readonly maxKeys: number;
  /** Time without an item of its key after which an instance is completed; undefined: never. */
  readonly idleMs: number | undefined;
  readonly timers: Timers;
}

/** The operators for one key. */
interface Instance {
  readonly chain: OperatorChain;
  /** Inputs less outputs. */
  owed: number;
}

/** In place of an instance that has completed by itself: its key takes no item any more. */
const OVER: unique symbol = Symbol('over');

/**
 * One instance of the operators for each key, so that no result depends on which keys share a lane. Instances are completed one at a
 * time, and only while there is room: a hundred thousand that emit as they complete are no flood.
 *
 * A key whose operators have completed by themselves is remembered as long as an instance would be, and counts as one.
 */
export class KeyedChains implements Chain {
  pending = 0;
  dropped = 0;
  readonly #operators: readonly AnyOperator[];
  readonly #host: ChainHost;
  readonly #terms: KeyedTerms;
  /** First seen first. */
  readonly #byKey = new Map<Key, Instance | typeof OVER>();
  /** With `idleMs`: when items of a key came last; the longest unused first. */
  readonly #usedAt = new Map<Key, number>();
  /** To be completed. No item is fed before they are, so a key that comes again begins after its last outputs. */
  readonly #due = new RingBuffer<Instance>();
  /** Due, or told to complete; they may still emit. */
  readonly #leaving = new Set<Instance>();
  #callOff: (() => void) | undefined;
  #ended = false;

  constructor(operators: readonly AnyOperator[], host: ChainHost, terms: KeyedTerms) {
    this.#operators = operators;
    this.#host = host;
    this.#terms = terms;
  }

  get keys(): number {
    return this.#byKey.size + this.#leaving.size;
  }

  readonly open = (): void => {};

  /** @throws TooManyKeysError for one key too many */
  readonly next = (item: unknown, given: unknown): void => {
    // Whoever asked for it has checked it.
    const key = given as Key;
    const instance = this.#byKey.get(key) ?? this.#begin(key);
    if (this.#terms.idleMs !== undefined) this.#use(key, this.#terms.idleMs);
    if (instance === OVER) {
      this.dropped += 1;
      return;
    }
    instance.owed += 1;
    this.pending += 1;
    instance.chain.next(item);
  };

  readonly release = (): boolean => {
    if (this.#due.length === 0) return false;
    this.#due.shift().chain.complete();
    return true;
  };

  readonly complete = (): void => {
    this.#ended = true;
    this.#callOff?.();
    for (const instance of this.#byKey.values()) this.#leave(instance);
    this.#byKey.clear();
    this.#finish();
  };

  readonly close = (): void => {
    this.#callOff?.();
    for (const instance of [...this.#byKey.values(), ...this.#leaving]) if (instance !== OVER) instance.chain.close();
  };

  #begin(key: Key): Instance | typeof OVER {
    const { stage, maxKeys } = this.#terms;
    if (this.keys >= maxKeys) throw new TooManyKeysError(stage, maxKeys);
    const chain = new OperatorChain(this.#operators, {
      next: (value) => {
        instance.owed -= 1;
        this.pending -= 1;
        this.#host.next(value);
      },
      error: this.#host.error,
      complete: () => this.#completed(key, instance),
    });
    const instance: Instance = { chain, owed: 0 };
    this.#byKey.set(key, instance);
    chain.open();
    return this.#byKey.get(key)!;
  }

  #completed(key: Key, instance: Instance): void {
    if (instance.owed !== 0) {
      this.pending -= instance.owed;
      instance.owed = 0;
      this.#host.due();
    }
    if (this.#leaving.delete(instance)) this.#finish();
    else this.#byKey.set(key, OVER);
  }

  #leave(instance: Instance | typeof OVER): void {
    if (instance === OVER) return;
    this.#leaving.add(instance);
    this.#due.push(instance, 0);
  }

  #finish(): void {
    if (this.#ended && this.#leaving.size === 0) this.#host.complete();
  }

  #use(key: Key, idleMs: number): void {
    this.#usedAt.delete(key);
    this.#usedAt.set(key, this.#terms.timers.now());
    this.#callOff ??= this.#terms.timers.after(idleMs, () => this.#lookForIdle(idleMs));
  }

  #lookForIdle(idleMs: number): void {
    const { now, after } = this.#terms.timers;
    const at = now();
    this.#callOff = undefined;
    for (const [key, usedAt] of this.#usedAt) {
      const leftMs = usedAt + idleMs - at;
      if (leftMs > 0) {
        this.#callOff = after(leftMs, () => this.#lookForIdle(idleMs));
        break;
      }
      this.#usedAt.delete(key);
      this.#leave(this.#byKey.get(key)!);
      this.#byKey.delete(key);
    }
    if (this.#due.length > 0) this.#host.due();
  }
}
