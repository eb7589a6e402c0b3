import { RingBuffer } from './ring-buffer.js';

/** What can be read from an edge, or from several together. */
export interface EdgeGauge {
  /** Items that wait. */
  readonly length: number;
  /** Most items that ever waited. */
  readonly peak: number;
  /** Items ever pushed. */
  readonly accepted: number;
}

const nobody = (): void => {};

/**
 * The bounded queue between two stages of one thread, without a promise in sight: the producer pushes while there is `room`, the
 * consumer shifts while there is `length`, and each is woken by a callback. A producer that found no room is woken at half capacity,
 * not at the first free slot, so that both sides work in stretches. END is state, not an item: it takes no slot.
 */
export class Edge implements EdgeGauge {
  readonly capacity: number;
  /** Most items that ever waited. */
  peak = 0;
  /** Items ever pushed. */
  accepted = 0;
  /** Called when the edge was empty and is not any more, and at END. */
  onItem: () => void = nobody;
  /** Called when a producer that found no room may go on. */
  onRoom: () => void = nobody;
  readonly #ring = new RingBuffer<unknown>();
  readonly #wakeAt: number;
  #ended = false;
  #detached = false;
  #producerWaits = false;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#wakeAt = Math.floor(capacity / 2);
  }

  get length(): number {
    return this.#ring.length;
  }

  /** Free slots. Seeing none registers the producer for `onRoom`. */
  get room(): number {
    const room = this.capacity - this.#ring.length;
    if (room === 0) this.#producerWaits = true;
    return room;
  }

  /** True when END is what comes next. */
  get finished(): boolean {
    return this.#ended && this.#ring.length === 0;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Position of the item that the latest `shift` returned; -1 when it has none. */
  get position(): number {
    return this.#ring.tag;
  }

  /** Lowest position from `low` on among those that wait. */
  lowestPosition(low: number): number | undefined {
    return this.#ring.lowestTag(low);
  }

  /** True when the consumer wants no more. What is pushed then is lost: the producer is to look before. */
  get detached(): boolean {
    return this.#detached;
  }

  /** The caller has seen `room`. */
  push(item: unknown, position: number): void {
    this.#ring.push(item, position);
    this.accepted += 1;
    const length = this.#ring.length;
    if (length > this.peak) this.peak = length;
    if (length === 1) this.onItem();
  }

  /** The caller has seen `length`. */
  shift(): unknown {
    const item = this.#ring.shift();
    if (this.#producerWaits && this.#ring.length <= this.#wakeAt) {
      this.#producerWaits = false;
      this.onRoom();
    }
    return item;
  }

  /** END: nothing is pushed any more. A second end is ignored. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onItem();
  }

  /** The consumer wants no more: drops what waits. The producer is not told, as only the run knows whether it has others to push to. */
  detach(): void {
    this.#detached = true;
    this.#ring.clear();
  }

  /** Drops what waits; the consumer is not told. */
  clear(): void {
    this.#ring.clear();
  }
}
