import type { Contender, Outcome, Size } from './contender.js';
import type { MetricName } from './metric.js';

/** A ratio of medians, or a median itself, and what is aimed at, if anything is. It is reported; nothing fails because of it. */
export interface Target {
  readonly metric: MetricName;
  readonly contender: string;
  /** Contenders of which the best counts, or a figure. Absent: it is about the median itself. */
  readonly against?: readonly string[] | { readonly name: string; readonly value: number };
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Scenario {
  readonly name: string;
  /** A sentence: what is done, and what it shows. */
  readonly shows: string;
  /** Why it cannot be played on this machine; undefined when it can. Absent: it always can. */
  readonly obstacle?: () => Promise<string | undefined>;
  readonly items: { readonly full: number; readonly quick: number; readonly warmUp: number };
  /** What the chart draws and what contenders are compared by. */
  readonly chart: MetricName;
  readonly contenders: readonly Contender[];
  readonly targets: readonly Target[];
  /** What every contender must come to. */
  readonly expect: (size: Size) => Outcome;
}
