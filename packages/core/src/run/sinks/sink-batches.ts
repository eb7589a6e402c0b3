import { bytesOf, type Edge, itemsIn } from '../../queue/index.js';
import type { Timers } from '../../timers.js';
import { FillTimer } from '../fill-timer.js';
import { lowestIn, type Part } from './sink-part.js';

/** When a write is full, and how long its first item waits for that. */
export interface BatchLimits {
  readonly items: number;
  /** Absent: no limit. */
  readonly bytes?: number | undefined;
  /** In ms. Absent: a write takes what has come and waits for nothing. */
  readonly ms?: number | undefined;
  /** Items in each of what comes, where those are arrays of a `batch`. */
  readonly itemsEach?: number | undefined;
}

/** Collects what one write brings. It is asked only while a write may begin, so that it holds no more than that write would. */
export class SinkBatches {
  readonly #input: Edge;
  readonly #limits: BatchLimits;
  readonly #timer: FillTimer | undefined;
  #items: unknown[] = [];
  #positions: number[] = [];
  #bytes = 0;
  /** Items in the arrays that came, beyond one for each. */
  #surplus = 0;
  /** Whether the first item waits, and its time counts, or that time is up. */
  #patience: 'unasked' | 'waiting' | 'over' = 'unasked';

  constructor(input: Edge, limits: BatchLimits, timers: Timers, wake: () => void) {
    this.#input = input;
    this.#limits = limits;
    if (limits.ms === undefined) return;
    this.#timer = new FillTimer(limits.ms, timers, () => {
      this.#patience = 'over';
      wake();
    });
  }

  get held(): number {
    return this.#items.length + this.#surplus;
  }

  lowestPosition(low: number): number | undefined {
    return lowestIn(this.#positions, low);
  }

  /** The next write; undefined when there is nothing to write, or it is worth waiting for more. */
  next(): Part | undefined {
    const full = this.#fill();
    if (this.#items.length === 0) return undefined;
    if (full || this.#timer === undefined || this.#patience === 'over' || this.#input.finished) return this.#take();
    this.wait();
    return undefined;
  }

  /** No write can begin now: the time of what has come counts all the same. */
  wait(): void {
    if (this.#timer === undefined || this.#patience !== 'unasked' || this.#input.length + this.#items.length === 0) return;
    this.#patience = 'waiting';
    this.#timer.begin();
  }

  stop(): void {
    this.#timer?.stop();
    this.#items = [];
    this.#positions = [];
    this.#surplus = 0;
  }

  /** True when no more goes into this write. An item that is larger than a write may be is written alone. */
  #fill(): boolean {
    const { bytes, itemsEach = 1 } = this.#limits;
    const input = this.#input;
    const items = this.#items;
    const positions = this.#positions;
    while (items.length < this.#limits.items) {
      // Of what may come, nothing would fit but what counts no bytes: that is not worth waiting for.
      if (input.length === 0) return bytes !== undefined && this.#bytes >= bytes;
      if (bytes !== undefined) {
        const more = bytesOf(input.next);
        if (items.length > 0 && this.#bytes + more > bytes) return true;
        this.#bytes += more;
      }
      const item = input.shift();
      items.push(item);
      this.#surplus += itemsIn(item, itemsEach) - 1;
      positions.push(input.position);
    }
    return true;
  }

  #take(): Part {
    const part = { items: this.#items, positions: this.#positions, failures: 0, surplus: this.#surplus };
    this.#items = [];
    this.#positions = [];
    this.#bytes = 0;
    this.#surplus = 0;
    this.#patience = 'unasked';
    this.#timer?.end();
    return part;
  }
}
