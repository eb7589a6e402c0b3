/** Temperatures along a rod, at equal distances. Its ends are held at theirs. */
export type Temperatures = Float64Array;

/** Cold, with one hot end. */
export function coldRod(points: number): Float64Array {
  return new Float64Array(points).fill(0).fill(100, 0, 1);
}

/** What the points `from` up to `to` have after a step: each comes nearer to its two neighbours, as they were before it. */
export function warm(before: Temperatures, after: Temperatures, from: number, to: number): void {
  for (let point = from; point < to; point += 1) {
    const isEnd = point === 0 || point === before.length - 1;
    after[point] = isEnd
      ? before[point]!
      : before[point]! + 0.25 * (before[point - 1]! - 2 * before[point]! + before[point + 1]!);
  }
}
