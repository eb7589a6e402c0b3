import { type MetricName, metrics } from '../metric.js';
import type { Target } from '../scenario.js';
import { times } from './quantity.js';
import type { ContenderReport, TargetReport } from './report.js';

/** Holds a target against what was measured. What was not measured makes no ratio: never a NaN, never an Infinity. */
export function judge(target: Target, contenders: readonly ContenderReport[]): TargetReport {
  const value = figureOf(target, contenders);
  const { atLeast, atMost } = target;
  const aimed = atLeast !== undefined || atMost !== undefined;
  return {
    text: textOf(target),
    value: value ?? null,
    shown: value === undefined ? 'not measured' : valueText(target, value),
    met: value === undefined || !aimed ? null : value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity),
  };
}

/** One median by another. Undefined unless both are numbers above 0. */
export function ratio(of: number | undefined, by: number | undefined): number | undefined {
  return isPositive(of) && isPositive(by) ? of / by : undefined;
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0;
}

function figureOf({ metric, contender, against }: Target, contenders: readonly ContenderReport[]): number | undefined {
  const own = medianOf(contender, metric, contenders);
  if (against === undefined) return own;
  return ratio(own, 'value' in against ? against.value : bestOf(against, metric, contenders));
}

/** Undefined when one of them was not measured: it might have been the best. */
function bestOf(names: readonly string[], metric: MetricName, contenders: readonly ContenderReport[]): number | undefined {
  const medians = names.map((name) => medianOf(name, metric, contenders));
  if (!medians.every((median) => median !== undefined)) return undefined;
  return metrics[metric].better === 'more' ? Math.max(...medians) : Math.min(...medians);
}

function medianOf(name: string, metric: MetricName, contenders: readonly ContenderReport[]): number | undefined {
  const found = contenders.find((contender) => contender.name === name);
  if (found === undefined) {
    const names = contenders.map((contender) => `"${contender.name}"`).join(', ');
    throw new Error(`a target speaks of "${name}", which is no contender of its scenario: ${names}`);
  }
  return found.metrics[metric]?.median;
}

function valueText({ metric, against }: Target, value: number): string {
  return against === undefined ? metrics[metric].text(value) : times(value);
}

function textOf({ metric, contender, against, atLeast, atMost }: Target): string {
  const { title, text } = metrics[metric];
  const other = against === undefined ? '' : 'value' in against ? against.name : against.join(' or ');
  const bound = (value: number): string => (against === undefined ? text(value) : `${value} × ${other}`);
  if (atLeast !== undefined) return `${title}: ${contender} ≥ ${bound(atLeast)}`;
  if (atMost !== undefined) return `${title}: ${contender} ≤ ${bound(atMost)}`;
  return other === '' ? `${title}: ${contender}` : `${title}: ${contender} / ${other}`;
}
