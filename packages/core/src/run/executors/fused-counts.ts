import { CloneError } from '@millrace/workers';
import { isInstance } from '../../is-instance.js';
import { FusedFailure, type FusedSpec, noStage, tallied, type VisitNote } from '../../lane/index.js';
import type { LaneWork } from '../measure/figures.js';
import { type Counts, noCounts, type StagePart } from '../stage.js';

interface Part {
  readonly name: string;
  readonly counts: Counts;
  entered: number;
  readonly byLane: Map<number, { items: number; timedMs: number }>;
}

/**
 * The books of the stages that run in one visit, as far as replies of lanes have told. What a lane did that died is not in them, so items
 * that run again are counted once.
 */
export class FusedCounts {
  readonly #parts: readonly Part[];
  readonly #running: Int32Array<SharedArrayBuffer> | undefined;
  readonly #busyMs = new Map<number, number>();

  /** @param lanes of the pool that share memory with it; 0 when they cannot */
  constructor(names: readonly string[], lanes: number) {
    this.#parts = names.map((name) => ({ name, counts: noCounts(), entered: 0, byLane: new Map() }));
    this.#running =
      lanes === 0 ? undefined : new Int32Array(new SharedArrayBuffer(lanes * Int32Array.BYTES_PER_ELEMENT)).fill(noStage);
  }

  get spec(): FusedSpec {
    return { stages: this.#parts.slice(1).map(({ name }) => name), running: this.#running?.buffer };
  }

  /** @param restarts of each lane */
  parts(restarts: ReadonlyMap<number, number>): readonly StagePart[] {
    const timedMs = this.#parts.map(({ byLane }) => [...byLane.values()].reduce((sum, lane) => sum + lane.timedMs, 0));
    const allMs = timedMs.reduce((sum, ms) => sum + ms, 0);
    return this.#parts.map(({ counts, entered, byLane }, i) => {
      const share = allMs > 0 ? timedMs[i]! / allMs : 1 / this.#parts.length;
      const lanes = [...this.#busyMs.keys()].sort((a, b) => a - b);
      const laneShares = lanes.map((worker): LaneWork => {
        const items = byLane.get(worker)?.items ?? 0;
        return { worker, items, busyMs: this.#busyMs.get(worker)! * share, restarts: restarts.get(worker) ?? 0 };
      });
      return { counts, entered, share, lanes: laneShares };
    });
  }

  told(lane: number, busyMs: number, { plain, others, timedMs }: VisitNote): void {
    this.#busyMs.set(lane, (this.#busyMs.get(lane) ?? 0) + busyMs);
    this.#parts.forEach((part, i) => {
      const [entered, ok, filtered, failed] = tallied.map((_, what) => others?.[i * tallied.length + what] ?? 0);
      part.entered += plain + entered!;
      part.counts.ok += plain + ok!;
      part.counts.filtered += filtered!;
      part.counts.failed += failed!;
      const { items, timedMs: before } = part.byLane.get(lane) ?? { items: 0, timedMs: 0 };
      part.byLane.set(lane, { items: items + plain + ok! + filtered! + failed!, timedMs: before + (timedMs[i] ?? 0) });
    });
  }

  /** The failure of an item, with the stage to blame. What no task threw is a value that could not cross: into the first stage or out of the last. */
  blamed(error: unknown): FusedFailure {
    if (isInstance(error, FusedFailure)) return error;
    if (isInstance(error, CloneError) && error.path.startsWith('output')) {
      const last = this.#parts.at(-1)!;
      // Its task ended well, unless it is still in the midst of its outputs.
      if (!hasOpen(last)) last.counts.ok -= 1;
      return this.#charge(this.#parts.length - 1, error);
    }
    return this.#charge(0, error);
  }

  /**
   * An item that a lane took with it.
   *
   * @param ran it was running; else it was paused in the midst of its outputs
   */
  died(lane: number, ran: boolean, why: Error): FusedFailure {
    const published = ran ? (this.#running?.[lane] ?? noStage) : noStage;
    const told = this.#parts.findLastIndex((part, i) => i > 0 && hasOpen(part));
    const stage = published === noStage ? Math.max(0, told) : published;
    // It has come so far, which the lane may not have told; what became of it in the stages before is not known.
    for (const part of this.#parts.slice(1, stage + 1)) if (!hasOpen(part)) part.entered += 1;
    return this.#charge(stage, why);
  }

  #charge(stage: number, error: unknown): FusedFailure {
    const { name, counts } = this.#parts[stage]!;
    counts.failed += 1;
    return new FusedFailure(name, error);
  }
}

/** Whether an item has come that has no outcome yet. */
function hasOpen({ entered, counts }: Part): boolean {
  return entered > counts.ok + counts.filtered + counts.failed;
}
