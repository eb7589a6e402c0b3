import { Filling } from '@millrace/workers';
import type { Key } from '../../declare/key.js';
import type { Work } from '../executor.js';
import type { Deal, Dealer } from './dealer.js';

const noKeys: ReadonlySet<Key> = new Set();

/** Deals out items without keys: any lane takes any of them. */
export class AnyLane implements Dealer {
  readonly #work: Work;
  /** Slots that a lane has given back, or that were lost with it while another item, or none, was running. */
  #again: number[] = [];
  /** Slots one of which ended its lane, and it is not known which: each is to be the only one of its batch. */
  readonly #alone: number[] = [];

  constructor(work: Work) {
    this.#work = work;
  }

  readonly waiting = (): number => this.#again.length + this.#work.waiting();

  readonly take = (max: number): Deal => {
    const suspect = this.#alone.shift();
    if (suspect !== undefined) return { slots: [suspect], keys: noKeys, alone: true };
    return { slots: this.#next(max), keys: noKeys };
  };

  readonly ended = (_keys: ReadonlySet<Key>, _lane: number, again: readonly number[], alone = false): void => {
    if (alone) this.#alone.push(...again);
    // The oldest go first: others may wait for them.
    else this.#again = this.#byAge([...this.#again, ...again]);
  };

  #next(max: number): number[] {
    const slots: number[] = [];
    const mixed = this.#again.length > 0 || this.#work.retries !== undefined;
    while (slots.length < max && this.#again.length > 0) slots.push(this.#again.shift()!);
    const filling = new Filling(max - slots.length);
    while (!filling.isFull) {
      const slot = this.#work.admit();
      if (slot < 0) break;
      slots.push(slot);
      filling.add(this.#work.item(slot));
    }
    return mixed ? this.#byAge(slots) : slots;
  }

  /**
   * An item of an ordered stage may pause in the midst of its outputs until all older ones are released. If one of these stood behind it in
   * its batch, both would wait for ever.
   */
  #byAge(slots: number[]): number[] {
    const { age } = this.#work;
    return age === undefined ? slots : slots.sort((one, other) => age(one) - age(other));
  }
}
