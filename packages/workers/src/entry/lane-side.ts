import type { FromLane } from '../wire/frame.js';
import type { LaneCell } from '../wire/running-cell.js';
import type { WireEnd } from '../wire/worker-port.js';
import type { LaneContext } from './lane-job.js';

/** What the runs of one job have of their lane. */
export interface LaneSide extends WireEnd<FromLane> {
  readonly cell: LaneCell;
  readonly context: LaneContext;
}
