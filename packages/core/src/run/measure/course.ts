/** What a number was on the mean from `atMs` until the next point. */
export interface CoursePoint {
  /** In ms since the run began. */
  readonly atMs: number;
  /** Mean of the values in that time. */
  readonly mean: number;
}

/** Points at most; when there are as many, each two become one. */
const maxPoints = 32;

/** How a number changed over time, in few points however often it is recorded: those of a longer time are coarser. */
export class Course {
  readonly #points: { readonly atMs: number; sum: number; count: number }[] = [];
  /** Records that make a point. */
  #perPoint = 1;

  record(atMs: number, value: number): void {
    let last = this.#points.at(-1);
    if (last === undefined || last.count === this.#perPoint) {
      if (this.#points.length === maxPoints) this.#coarsen();
      last = { atMs, sum: 0, count: 0 };
      this.#points.push(last);
    }
    last.sum += value;
    last.count += 1;
  }

  get points(): readonly CoursePoint[] {
    return this.#points.map(({ atMs, sum, count }) => ({ atMs, mean: sum / count }));
  }

  /** All points are full at that time. */
  #coarsen(): void {
    for (let i = 0; i < maxPoints; i += 2) {
      const [{ atMs, ...one }, other] = [this.#points[i]!, this.#points[i + 1]!];
      this.#points[i / 2] = { atMs, sum: one.sum + other.sum, count: one.count + other.count };
    }
    this.#points.length = maxPoints / 2;
    this.#perPoint *= 2;
  }
}
