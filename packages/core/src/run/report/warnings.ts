import type { LiveStage } from '../stage.js';
import type { Warning } from './report.js';

/**
 * Long steps of an io stage that are forgiven, in ms, and as a share of its life: on a busy machine any thread stands still for a while,
 * and so it does while garbage is collected.
 */
const forgiven = { ms: 200, share: 0.01 };
/** Items from which on a cpu stage is judged: before, little of its code is compiled, and batches are small. */
const warmItems = 10_000;

/** How far a cpu stage had come when it was looked at. */
interface Mark {
  readonly items: number;
  readonly runMs: number;
  readonly handMs: number;
}

/** Finds stages that stand in the wrong place, and says so once for each. */
export class Warnings {
  readonly #tell: (warning: Warning) => void;
  readonly #told = new Map<LiveStage, Warning>();
  /** Of each cpu stage, where it was last judged. */
  readonly #judged = new Map<LiveStage, Mark>();

  constructor(tell: (warning: Warning) => void) {
    this.#tell = tell;
  }

  get all(): readonly Warning[] {
    return [...this.#told.values()];
  }

  /** To be called after each step: mostly it compares two numbers. */
  look(stage: LiveStage): void {
    if (stage.kind === 'io') {
      const { longStepsMs, lifeMs } = stage.meter;
      if (longStepsMs > forgiven.ms && longStepsMs > forgiven.share * lifeMs) this.#warn(stage, () => blockingText(stage));
    } else if (stage.kind === 'cpu' && stage.counts.ok + stage.counts.filtered >= warmItems) this.#judge(stage);
  }

  /** A cpu stage is judged by what it did since it was last, each time that its items have doubled. */
  #judge(stage: LiveStage): void {
    const last = this.#judged.get(stage);
    if (last !== undefined && stage.counts.ok + stage.counts.filtered < 2 * last.items) return;
    const mark = markOf(stage);
    if (mark === undefined) return;
    this.#judged.set(stage, mark);
    if (last === undefined) return;
    const items = mark.items - last.items;
    const [runMs, handMs] = [(mark.runMs - last.runMs) / items, (mark.handMs - last.handMs) / items];
    if (runMs < handMs) this.#warn(stage, () => cheapText(stage, runMs, handMs));
  }

  #warn(stage: LiveStage, textOf: () => string): void {
    if (this.#told.has(stage)) return;
    const warning = { stage: stage.name, text: textOf() };
    this.#told.set(stage, warning);
    this.#tell(warning);
  }
}

/** Undefined for a stage that has no lanes. */
function markOf({ figures }: LiveStage): Mark | undefined {
  if (figures?.run === undefined || figures.handOverMs === undefined) return undefined;
  const { count, mean } = figures.run;
  return { items: count, runMs: count * mean, handMs: figures.handOverMs };
}

function blockingText({ name, meter }: LiveStage): string {
  return `io stage "${name}" kept the main thread for up to ${Math.round(meter.longestStepMs)} ms in one go, and all else of the program waited: if it computes, make it a cpu stage; if it calls something synchronous, there may be an asynchronous form`;
}

function cheapText({ name }: LiveStage, runMs: number, handMs: number): string {
  return `an item takes ${micros(runMs)} in cpu stage "${name}", and handing it to a lane and back takes ${micros(handMs)} of the main thread: an RxJS map() in its place would be faster, or a task that does more for each item`;
}

/** Two digits: `0.17 µs`, `42 µs`. */
function micros(ms: number): string {
  return `${Number((ms * 1000).toPrecision(2))} µs`;
}
