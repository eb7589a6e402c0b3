/** Where a value lies along an axis. */
export interface Scale {
  readonly kind: 'linear' | 'logarithmic';
  /** From 0, the start of the axis, to 1. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From here on the smallest bar of a linear axis could hardly be seen. */
const widestLinear = 50;

/** A scale for values above 0: linear from 0, or logarithmic when they lie far apart. */
export function scaleFor(values: readonly number[]): Scale {
  const most = Math.max(...values);
  const least = Math.min(...values);
  if (values.length === 0 || most <= least * widestLinear) {
    const end = values.length === 0 ? 1 : most;
    return { kind: 'linear', at: (value) => value / end, ticks: [0, end / 4, end / 2, (end * 3) / 4, end] };
  }
  const first = Math.floor(Math.log10(least));
  const decades = Math.ceil(Math.log10(most)) - first;
  return {
    kind: 'logarithmic',
    // A value at the lower end still gets a bar: the axis begins a little before its decade.
    at: (value) => Math.max(0.004, (Math.log10(value) - first) / decades),
    ticks: Array.from({ length: decades + 1 }, (_, i) => 10 ** (first + i)),
  };
}
