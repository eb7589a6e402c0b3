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
  if (values.length === 0) return linear(1);
  return most <= least * widestLinear ? linear(most) : logarithmic(least, most);
}

function linear(most: number): Scale {
  const step = stepFor(most);
  const count = Math.ceil(most / step);
  const end = count * step;
  return { kind: 'linear', at: (value) => value / end, ticks: Array.from({ length: count + 1 }, (_, i) => i * step) };
}

/** 1, 2 or 5 times a power of ten, so that two to five steps reach the value. */
function stepFor(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const lead = most / power;
  return lead <= 1 ? power / 5 : lead <= 2 ? power / 2 : lead <= 5 ? power : power * 2;
}

function logarithmic(least: number, most: number): Scale {
  const first = Math.floor(Math.log10(least));
  const decades = Math.ceil(Math.log10(most)) - first;
  return {
    kind: 'logarithmic',
    // What lies at the very start of the axis still gets a bar that can be seen.
    at: (value) => Math.max(0.004, (Math.log10(value) - first) / decades),
    ticks: Array.from({ length: decades + 1 }, (_, i) => 10 ** (first + i)),
  };
}
