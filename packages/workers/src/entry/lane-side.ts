import type { FromLane } from '../wire/frame.js';
import type { RunningCell } from '../wire/running-cell.js';
import type { LaneContext } from './lane-job.js';

/** What the runs of one job have of their lane. */
export interface LaneSide {
  /** Throws a DataCloneError, or what a getter throws, and sends nothing, when the frame holds what cannot be cloned. */
  readonly post: (frame: FromLane, transfers?: readonly ArrayBuffer[]) => void;
  readonly cell: RunningCell;
  readonly context: LaneContext;
}
