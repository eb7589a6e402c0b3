import type { Role } from '../contender.js';
import { type MetricName, metricNames, metrics } from '../metric.js';
import type { ContenderResult } from '../rounds.js';
import type { Scenario } from '../scenario.js';
import type { Measure } from '../trial/measure.js';
import type { Busyness, ContenderReport, ScenarioReport } from './report.js';
import { type Spread, spreadOf } from './spread.js';
import { judge, ratio } from './target.js';

/** What the rounds of a scenario come to. */
export function summarize(
  { name, shows, chart, targets }: Scenario,
  results: readonly ContenderResult[],
  versionOf: (packageName: string) => string | undefined,
): ScenarioReport {
  const alone = results.map((result) => contenderReport(result, versionOf));
  const contenders = alone.map((contender) => ({ ...contender, ratios: ratiosOf(contender, alone, chart) }));
  return { name, shows, chart, contenders, targets: targets.map((target) => judge(target, contenders)) };
}

const busyShareLimit = 0.1;
const loadLimit = 0.5;

/** Sentences on why figures may be off, with what was seen. */
export function warningsOf({ load, shares }: Busyness, cores: number): string[] {
  const busy = shares.filter((share) => share > busyShareLimit);
  const warnings: string[] = [];
  if (load.before > loadLimit) {
    warnings.push(`the machine was busy before the bench began: load ${load.before.toFixed(2)} on ${cores} cores`);
  }
  if (busy.length > 0) {
    const most = Math.round(Math.max(...busy) * 100);
    warnings.push(
      `the machine was busy: before ${busy.length} of ${shares.length} trials others used more than ${busyShareLimit * 100}% of its cores, at most ${most}%`,
    );
  }
  return warnings;
}

function contenderReport(
  { contender, size, measures, failure }: ContenderResult,
  versionOf: (packageName: string) => string | undefined,
): ContenderReport {
  const version = contender.package === undefined ? undefined : versionOf(contender.package);
  return {
    name: contender.name,
    role: contender.role,
    ...(version === undefined ? {} : { version }),
    items: size.items,
    rounds: measures,
    // Of one that failed in a later round there are figures, which are not to be believed.
    metrics: failure === undefined ? spreadsOf(measures) : {},
    ratios: {},
    ...(failure === undefined ? {} : { failure }),
  };
}

function spreadsOf(measures: readonly Measure[]): Partial<Record<MetricName, Spread>> {
  const spreads: Partial<Record<MetricName, Spread>> = {};
  for (const name of metricNames) {
    const values = measures.map((measure) => metrics[name].of(measure)).filter((value) => value !== undefined);
    const spread = spreadOf(values);
    if (spread !== undefined) spreads[name] = spread;
  }
  return spreads;
}

function ratiosOf(contender: ContenderReport, all: readonly ContenderReport[], metric: MetricName): ContenderReport['ratios'] {
  const naive = ratio(contender.metrics[metric]?.median, reference(contender, all, 'naive')?.metrics[metric]?.median);
  const optimum = ratio(contender.metrics[metric]?.median, reference(contender, all, 'optimum')?.metrics[metric]?.median);
  return { ...(naive === undefined ? {} : { naive }), ...(optimum === undefined ? {} : { optimum }) };
}

/** The contender of a role, rather one that was given as many items. */
function reference(contender: ContenderReport, all: readonly ContenderReport[], role: Role): ContenderReport | undefined {
  const candidates = all.filter((other) => other.role === role);
  return candidates.find(({ items }) => items === contender.items) ?? candidates[0];
}
