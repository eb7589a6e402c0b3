import type { Edge } from '../../queue/index.js';
import type { Emission } from '../emission.js';

/** What a release found out about an item: it is over, well or not. */
export interface ReleaseHost {
  /** The item ended with so many outputs. */
  readonly released: (outputs: number) => void;
  /** True when the main thread should let the event loop turn; asked after each output of an emission. */
  readonly overdue: () => boolean;
  /** There is more to release: the stage is to be stepped again. */
  readonly again: () => void;
  /** Its emission failed on the way, after so many outputs. Without any its input is still there, and the item may run again. */
  readonly failed: (slot: number, error: unknown, outputs: number) => void;
}

/**
 * The items of a function stage between admission and release. A slot is a small number that stands for one of them; it is free again
 * when the item's last output was accepted by the next queue. A class for each order: `OrderedWindow`, `KeyedWindow`, `UnorderedWindow`.
 */
export interface Window {
  readonly size: number;
  /** Items admitted and not released. */
  readonly admitted: number;
  /** What it holds beyond one item for each that was admitted: outputs that lie in emissions, and the items of a batch. */
  readonly held: number;
  /** True when an output waits for nothing but room. */
  readonly releasable: boolean;
  /** Lowest position from `low` on among its items. */
  lowestPosition(low: number): number | undefined;
  admit(item: unknown, position: number): number;
  item(slot: number): unknown;
  position(slot: number): number;
  value(slot: number, output: unknown): void;
  many(slot: number, emission: Emission): void;
  none(slot: number): void;
  /** The item has failed for good, and is counted: its gap closes. */
  gone(slot: number): void;
  /** Hands to the edge what is due, while it has room. */
  release(output: Edge, host: ReleaseHost): void;
  /** Cancels all emissions and forgets the rest. */
  clear(): void;
}
