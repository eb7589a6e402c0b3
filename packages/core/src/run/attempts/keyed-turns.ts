import type { Key } from '../../declare/key.js';

/** What is known of a key that has admitted items. */
interface Turn {
  readonly key: Key;
  /** Items that have begun and are not over. */
  begun: number;
  /** Admitted and not begun, oldest first. */
  readonly waiting: number[];
}

/**
 * Who may begin among the admitted items of a stage with `key`: of one key at most so many at once, in the order of admission. An item
 * that is tried again keeps its turn, so nothing of its key overtakes it. Others go on: those that wait for their turn take no place of
 * the executor, only theirs in the window.
 */
export class KeyedTurns {
  readonly #keyOf: (slot: number) => Key;
  readonly #perKey: number;
  readonly #turns = new Map<Key, Turn>();
  /** Whose turn has come while they waited, first come, first served. */
  #due: number[] = [];
  /** By slot, while its item has begun and is not over. */
  readonly #begun: (Turn | undefined)[] = [];

  /** @param perKey items of one key at once, ≥ 1 */
  constructor(keyOf: (slot: number) => Key, perKey: number) {
    this.#keyOf = keyOf;
    this.#perKey = perKey;
  }

  /** The next slot that may begin; -1 when there is none. @param admit gives the next admitted slot, or -1 */
  next(admit: () => number): number {
    const due = this.#due.shift();
    if (due !== undefined) return due;
    for (let slot = admit(); slot >= 0; slot = admit()) if (this.#enter(slot)) return slot;
    return -1;
  }

  /** The item in this slot has its outcome. Said of one that has not begun, or twice, it changes nothing. */
  over(slot: number): void {
    const turn = this.#begun[slot];
    if (turn === undefined) return;
    this.#begun[slot] = undefined;
    turn.begun -= 1;
    const next = turn.waiting.shift();
    if (next !== undefined) {
      this.#begin(next, turn);
      this.#due.push(next);
    } else if (turn.begun === 0) this.#turns.delete(turn.key);
  }

  clear(): void {
    this.#turns.clear();
    this.#begun.length = 0;
    this.#due = [];
  }

  #enter(slot: number): boolean {
    const key = this.#keyOf(slot);
    let turn = this.#turns.get(key);
    if (turn === undefined) {
      turn = { key, begun: 0, waiting: [] };
      this.#turns.set(key, turn);
    }
    const mayBegin = turn.begun < this.#perKey;
    if (mayBegin) this.#begin(slot, turn);
    else turn.waiting.push(slot);
    return mayBegin;
  }

  #begin(slot: number, turn: Turn): void {
    turn.begun += 1;
    this.#begun[slot] = turn;
  }
}
