// Numbers for people. The locale is fixed, so that the same run reads the same everywhere.
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number: `42,050`. */
export function count(value: number): string {
  return whole.format(value);
}

/** Three digits that count, never fewer than the whole part: `0.00648`, `2.60`, `14.2`, `4,408`. */
export function quantity(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return count(value);
  if (size >= 9.995) return value.toFixed(1);
  return size >= 0.9995 || size < 1e-6 ? value.toFixed(2) : value.toPrecision(3);
}

/** A share as `12%`, of one that is small as `0.4%`. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value.toFixed(value < 9.95 ? 1 : 0)}%`;
}

export function megabytes(bytes: number): string {
  return `${count(bytes / 1e6)} MB`;
}

export function micros(us: number): string {
  return `${quantity(us)} µs`;
}

/** A ratio: `1.97×`. */
export function times(ratio: number): string {
  return `${quantity(ratio)}×`;
}
