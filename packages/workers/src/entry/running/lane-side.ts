import type { FromLane } from '../../wire/frame.js';
import type { LaneCell } from '../../wire/running-cell.js';
import type { WireEnd } from '../../wire/worker-port.js';
import type { ItemLives } from './item-life.js';

/** What the runs of one job have of their lane. */
export interface LaneSide extends WireEnd<FromLane> {
  readonly cell: LaneCell;
  /** Lane number. */
  readonly worker: number;
  readonly lives: ItemLives;
  /** Time that one item may take, in ms. */
  readonly timeoutMs: number | undefined;
  /** Buffers of outputs are moved instead of being copied. */
  readonly transfer: boolean;
  /** Something of an item that was given up goes on: the job is closed in the lane only when it has settled. */
  readonly outlive: (straggler: PromiseLike<unknown>) => void;
}
