// Numbers for people. The locale is fixed, so that the same run reads the same everywhere.
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A count: `42,050`. */
export function count(items: number): string {
  return whole.format(items);
}

/** A duration given in ms: `0.4 ms`, `38 ms`, `5.8 s`, `2 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${count(Math.floor(seconds / 60))} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Time per item, given in ms: `57 µs`, `20.3 ms`; `-` when there were no items. */
export function perItem(ms: number, items: number): string {
  if (items === 0) return '-';
  const each = ms / items;
  if (each >= 1) return `${each.toFixed(1)} ms`;
  return `${(each * 1000).toFixed(each < 0.00995 ? 1 : 0)} µs`;
}

/** Items a second, over a time in ms: `2,402/s`; `-` when no time has passed. */
export function rate(items: number, ms: number): string {
  return ms > 0 ? `${count((items / ms) * 1000)}/s` : '-';
}

/** A share of a whole: `87%`; `-` of nothing. A share that is not all is never written as all, nor one that is not nothing as nothing. */
export function share(part: number, total: number): string {
  if (total <= 0) return '-';
  const percent = Math.round((part / total) * 100);
  if (percent === 0 && part > 0) return '<1%';
  return percent >= 100 && part < total ? '>99%' : `${percent}%`;
}
