import type { Role } from '../contender.js';
import type { MetricName } from '../metric.js';
import type { ContenderReport } from './report.js';

/** A contender of which nothing but one median is known; without one it has failed. */
export function known(name: string, metric: MetricName, median: number | undefined, role: Role = 'peer'): ContenderReport {
  const spread = median === undefined ? {} : { [metric]: { median, min: median / 2, max: median * 2 } };
  return {
    name,
    role,
    items: 1000,
    rounds: [],
    metrics: spread,
    ratios: {},
    ...(median === undefined ? { failure: 'it hung' } : {}),
  };
}
