import type { Role } from '../contender.js';
import type { Machine } from '../machine.js';
import type { MetricName } from '../metric.js';
import type { Measure } from '../trial/measure.js';
import type { Spread } from './spread.js';

/** Where, when and how figures were made. */
export interface ReportHead {
  /** The command that makes it again. */
  readonly command: string;
  readonly startedAt: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly workers: number;
  readonly turnsPerMs: number;
  readonly machine: Machine;
}

/** All that a run of the bench found, as it is written to JSON. */
export interface Report extends ReportHead {
  readonly busy: Busyness;
  /** Why the figures may not be trusted. */
  readonly warnings: readonly string[];
  readonly scenarios: readonly ScenarioReport[];
}

/** What else the machine did. */
export interface Busyness {
  /** Processes that ran or waited to run in the minute before and in the last minute; the latter are those of the bench. */
  readonly load: { readonly before: number; readonly after: number };
  /** Share of all cores that others used just before each trial, 0 to 1. */
  readonly shares: readonly number[];
}

export interface ScenarioReport {
  readonly name: string;
  readonly shows: string;
  readonly chart: MetricName;
  readonly contenders: readonly ContenderReport[];
  readonly targets: readonly TargetReport[];
}

export interface ContenderReport {
  readonly name: string;
  readonly role: Role;
  readonly version?: string;
  readonly items: number;
  readonly rounds: readonly Measure[];
  /** Absent for what was not measured. */
  readonly metrics: Readonly<Partial<Record<MetricName, Spread>>>;
  /** Its median of the charted metric by that of the naive way and of the hand-written optimum. */
  readonly ratios: { readonly naive?: number; readonly optimum?: number };
  /** Why it has no figures: it failed in a round, and was not tried again. */
  readonly failure?: string;
}

export interface TargetReport {
  readonly text: string;
  /** The ratio, or the median itself; null when a contender failed. */
  readonly value: number | null;
  /** The same for people, with its unit. */
  readonly shown: string;
  /** Null when nothing is aimed at, or a contender failed. */
  readonly met: boolean | null;
}
