import type { Fate, Rejection } from '../stage.js';

/** An item that was never admitted: it has no slot. */
const noSlot = -1;

interface Failed {
  readonly slot: number;
  readonly rejection: Rejection;
}

/** Items of one stage that have failed for good. They keep their slots while the dead letters have no room for them. */
export class FailedItems {
  readonly #reject: (rejection: Rejection) => Fate;
  readonly #gone: (slot: number) => void;
  /** Oldest failure first. */
  readonly #waiting: Failed[] = [];

  /**
   * @param reject asks the run what becomes of an item
   * @param gone its slot is not needed any more
   */
  constructor(reject: (rejection: Rejection) => Fate, gone: (slot: number) => void) {
    this.#reject = reject;
    this.#gone = gone;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** The item that waits without a slot: none is to be admitted behind it. */
  get outside(): Rejection | undefined {
    return this.#waiting.length === 0 ? undefined : this.#waiting.find(({ slot }) => slot === noSlot)?.rejection;
  }

  failed(slot: number, rejection: Rejection): void {
    const failed = { slot, rejection };
    if (this.#waiting.length > 0 || !this.#settle(failed)) this.#waiting.push(failed);
  }

  failedOutside(rejection: Rejection): void {
    this.failed(noSlot, rejection);
  }

  /** There may be room. */
  retry(): void {
    while (this.#waiting.length > 0 && this.#settle(this.#waiting[0]!)) this.#waiting.shift();
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /** False when it has to wait. */
  #settle({ slot, rejection }: Failed): boolean {
    const fate = this.#reject(rejection);
    if (fate === 'full') return false;
    if (fate !== 'failed' && slot !== noSlot) this.#gone(slot);
    return true;
  }
}
