import { checkedKey, type Key } from '../../declare/key.js';
import { UnorderedWindow } from './unordered-window.js';

const none = -1;
const nobody = (): void => {};

/** `order: 'key'`: an item is released when those of its key that came before it have been; other keys overtake. */
export class KeyedWindow extends UnorderedWindow {
  /** Called when an item has its outcome: at once, or with the last of its outputs. It may be called again when the item is released. */
  onOver: (slot: number) => void = nobody;
  readonly #keyOf: (item: unknown) => unknown;
  readonly #keys: Key[] = [];
  /** The slot that follows a slot in its key, or none. */
  readonly #next: Int32Array;
  /** Whether a slot is the oldest one of its key, and whether it has an outcome. */
  readonly #first: Uint8Array;
  readonly #settled: Uint8Array;
  readonly #last = new Map<Key, number>();

  constructor(size: number, keyOf: (item: unknown) => unknown, keepsInputs = false, itemsEach?: number) {
    super(size, keepsInputs, itemsEach);
    this.#keyOf = keyOf;
    this.#next = new Int32Array(size);
    this.#first = new Uint8Array(size);
    this.#settled = new Uint8Array(size);
  }

  /** Throws, and admits nothing, when the item has no key. */
  override admit(item: unknown, position: number): number {
    const key = checkedKey(this.#keyOf(item));
    const slot = super.admit(item, position);
    const before = this.#last.get(key);
    if (before !== undefined) this.#next[before] = slot;
    this.#last.set(key, slot);
    this.#keys[slot] = key;
    this.#next[slot] = none;
    this.#first[slot] = before === undefined ? 1 : 0;
    this.#settled[slot] = 0;
    return slot;
  }

  readonly key = (slot: number): Key => this.#keys[slot]!;

  /** Whether all items of its key that came before have been released. */
  readonly isFirst = (slot: number): boolean => this.#first[slot] === 1;

  override clear(): void {
    super.clear();
    this.#last.clear();
  }

  protected override settle(slot: number): void {
    this.#settled[slot] = 1;
    // Of several outputs the last may fail, and the item may run again.
    if (!this.isMany(slot)) this.onOver(slot);
    if (this.#first[slot] === 1) super.settle(slot);
  }

  protected override vacate(slot: number): void {
    super.vacate(slot);
    this.onOver(slot);
    const next = this.#next[slot]!;
    if (next === none) {
      this.#last.delete(this.#keys[slot]!);
      return;
    }
    this.#first[next] = 1;
    if (this.#settled[next] === 1) super.settle(next);
  }
}
