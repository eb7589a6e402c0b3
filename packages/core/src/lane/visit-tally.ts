/** What a lane says with a reply of the stages of a fused visit, since its last one. */
export interface VisitNote {
  /** Items that gave one output in every stage. */
  readonly plain: number;
  /** Of all other items: `tallied` numbers for each stage; undefined when there were none. */
  readonly others: readonly number[] | undefined;
  /** Time that each stage took of the items that were timed, in ms. */
  readonly timedMs: readonly number[];
}

/** What is counted of a stage, in the order of `VisitNote.others`. */
export const tallied = ['entered', 'ok', 'filtered', 'failed'] as const;
type Tallied = (typeof tallied)[number];

/** What is published while no stage runs. */
export const noStage = -1;

/** One item of so many is timed: the clock costs as much as a cheap task. */
const timedEvery = 16;

/** Counts what the stages of a fused visit do, times some of it, and publishes which one runs. */
export class VisitTally {
  readonly #stages: number;
  /** By lane, in shared memory. */
  readonly #running: Int32Array | undefined;
  /** Number of the lane it counts in. */
  lane = 0;
  #plain = 0;
  #others: number[] | undefined;
  #timedMs: number[];
  #begun = 0;
  #stage = 0;
  /** Of the part that is being timed; 0 while none is. */
  #since = 0;

  constructor(stages: number, running: Int32Array | undefined) {
    this.#stages = stages;
    this.#running = running;
    this.#timedMs = new Array<number>(stages).fill(0);
  }

  /** An item, or the next output of one, is begun. */
  begin(): void {
    if (this.#since !== 0) this.#book();
    this.#since = this.#begun % timedEvery === 0 ? performance.now() : 0;
    this.#begun += 1;
  }

  /** From now on this stage runs. */
  enter(stage: number): void {
    if (this.#since !== 0) this.#book();
    this.#stage = stage;
    // A plain store: it is read only when the worker has ended.
    if (this.#running !== undefined) this.#running[this.lane] = stage;
  }

  /** No stage runs: what the lane runs next, or waits for, publishes it again. */
  leave(): void {
    if (this.#running !== undefined) this.#running[this.lane] = noStage;
  }

  /** An item has gone through all stages, with one output in each. */
  plain(): void {
    this.#plain += 1;
    this.leave();
  }

  /** An item that was plain up to here is not any more: it is in this stage, and what it did before is counted now. */
  leavePlain(stage: number): void {
    for (let before = 0; before < stage; before += 1) {
      this.count(before, 'entered');
      this.count(before, 'ok');
    }
    this.count(stage, 'entered');
  }

  count(stage: number, what: Tallied): void {
    this.#others ??= new Array<number>(this.#stages * tallied.length).fill(0);
    this.#others[stage * tallied.length + tallied.indexOf(what)]! += 1;
  }

  /** All since the last call. */
  note(): VisitNote {
    if (this.#since !== 0) this.#book();
    const note = { plain: this.#plain, others: this.#others, timedMs: this.#timedMs };
    this.#since = 0;
    this.#begun = 0;
    this.#plain = 0;
    this.#others = undefined;
    this.#timedMs = new Array<number>(this.#stages).fill(0);
    return note;
  }

  #book(): void {
    const now = performance.now();
    this.#timedMs[this.#stage]! += now - this.#since;
    this.#since = now;
  }
}
