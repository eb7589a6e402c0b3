import { bytesOf } from './bytes-of.js';
import { RingBuffer } from './ring-buffer.js';

/** What can be read from an edge, or from several together. */
export interface EdgeGauge {
  /** Items that wait. */
  readonly length: number;
  /** Most items that ever waited. */
  readonly peak: number;
  /** Most bytes that ever waited. */
  readonly peakBytes: number;
  /** Items ever pushed. */
  readonly accepted: number;
}

const nobody = (): void => {};

/**
 * The bounded queue between two stages of one thread, without a promise in sight: the producer pushes while there is `room`, the
 * consumer shifts while there is `length`, and each is woken by a callback. A producer that found no room is woken at half capacity,
 * not at the first free slot, so that both sides work in stretches. END is state, not an item: it takes no slot.
 *
 * It is full when it holds `capacity` items, or items of `capacityBytes`: the item that reaches the bytes is still taken, so an empty edge
 * takes any item, however large.
 */
export class Edge implements EdgeGauge {
  readonly capacity: number;
  readonly capacityBytes: number;
  /** Most items that ever waited. */
  peak = 0;
  /** Most bytes that ever waited. */
  peakBytes = 0;
  /** Items ever pushed. */
  accepted = 0;
  /** Called when the edge was empty and is not any more, and at END. */
  onItem: () => void = nobody;
  /** Called when a producer that found no room may go on. */
  onRoom: () => void = nobody;
  readonly #ring = new RingBuffer<unknown>();
  readonly #wakeAt: number;
  readonly #wakeAtBytes: number;
  #bytes = 0;
  #ended = false;
  #detached = false;
  #producerWaits = false;

  /** @param capacityBytes default: no limit */
  constructor(capacity: number, capacityBytes = Number.POSITIVE_INFINITY) {
    this.capacity = capacity;
    this.capacityBytes = capacityBytes;
    this.#wakeAt = Math.floor(capacity / 2);
    this.#wakeAtBytes = capacityBytes / 2;
  }

  get length(): number {
    return this.#ring.length;
  }

  /** Items that wait, those in arrays of a `batch` one by one. */
  get items(): number {
    return this.#ring.length;
  }

  /** Bytes that wait, as `bytesOf` counts them. */
  get bytes(): number {
    return this.#bytes;
  }

  get full(): boolean {
    return this.#ring.length === this.capacity || this.#bytes >= this.capacityBytes;
  }

  /**
   * Free slots, none when the bytes are reached. Seeing none registers the producer for `onRoom`. Who pushes several items looks again after
   * each: their bytes count.
   */
  get room(): number {
    const room = this.#bytes >= this.capacityBytes ? 0 : this.capacity - this.#ring.length;
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

  /** What the next `shift` returns. The caller has seen `length`. */
  get next(): unknown {
    return this.#ring.oldest;
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
    const bytes = bytesOf(item);
    if (bytes > 0) this.#grow(bytes);
    const length = this.#ring.length;
    if (length > this.peak) this.peak = length;
    if (length === 1) this.onItem();
  }

  /** The caller has seen `length`. */
  shift(): unknown {
    const item = this.#ring.shift();
    if (this.#bytes > 0) this.#shrink(bytesOf(item));
    if (this.#producerWaits && this.#ring.length <= this.#wakeAt && this.#bytes <= this.#wakeAtBytes) {
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
    this.clear();
  }

  /** Drops what waits; the consumer is not told. */
  clear(): void {
    this.#ring.clear();
    this.#bytes = 0;
  }

  #grow(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.peakBytes) this.peakBytes = this.#bytes;
  }

  /** A buffer may have been moved away or resized while it waited, and so count otherwise than when it came: an empty edge is right again. */
  #shrink(bytes: number): void {
    this.#bytes = this.#ring.length === 0 ? 0 : Math.max(0, this.#bytes - bytes);
  }
}
