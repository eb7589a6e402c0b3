import { type MetricName, metricNames, metrics } from '../metric.js';
import { count, times } from './quantity.js';
import type { ContenderReport, ReportHead, ScenarioReport, TargetReport } from './report.js';
import type { Spread } from './spread.js';
import { type Column, table } from './table.js';

/** The lines above all scenarios: where, when and how the figures were made. */
export function headText({ machine, startedAt, rounds, workers, quick, command }: ReportHead): string[] {
  const { node, platform, cpu, cores, memoryBytes } = machine;
  return [
    `Made by: ${command}`,
    `${startedAt}, Node.js ${node}, ${platform}, ${cpu}, ${cores} cores, ${count(memoryBytes / 2 ** 30)} GiB`,
    `${rounds} ${rounds === 1 ? 'round' : 'rounds'}, each contender in a fresh process every time, ${workers} worker threads; median (min–max)`,
    ...(quick ? ['--quick: few items, so that starting workers weighs much; no figures to go by'] : []),
    '',
  ];
}

export function scenarioText({ name, shows, chart, contenders, targets }: ScenarioReport): string[] {
  const shown = columnsFor(chart, contenders);
  const columns: Column[] = [
    { title: 'contender', align: 'left' },
    { title: 'role', align: 'left' },
    { title: 'items' },
    ...shown.flatMap((metric): Column[] =>
      metric === chart ? [{ title: metrics[metric].title }, { title: 'min–max' }] : [{ title: metrics[metric].title }],
    ),
    { title: '/ naive' },
    { title: '/ optimum' },
  ];
  const rows = contenders.map((contender) => [
    contender.version === undefined ? contender.name : `${contender.name} ${contender.version}`,
    contender.role,
    count(contender.items),
    ...shown.flatMap((metric) => cells(metric, contender.metrics[metric], metric === chart)),
    ratioText(contender.ratios.naive),
    ratioText(contender.ratios.optimum),
  ]);
  return [name, shows, '', ...table(columns, rows), ...failures(contenders), '', ...targets.map(targetText), ''];
}

export function warningText(warnings: readonly string[]): string[] {
  return warnings.map((warning) => `warning: ${warning}`);
}

/** The charted metric first, then those that any contender has. */
function columnsFor(chart: MetricName, contenders: readonly ContenderReport[]): MetricName[] {
  const measured = metricNames.filter((name) => contenders.some((contender) => contender.metrics[name] !== undefined));
  return [chart, ...measured.filter((name) => name !== chart)];
}

function cells(metric: MetricName, spread: Spread | undefined, withRange: boolean): string[] {
  const { text } = metrics[metric];
  const median = spread === undefined ? 'failed' : text(spread.median);
  if (!withRange) return [spread === undefined ? '' : median];
  return [median, spread === undefined ? '' : `${text(spread.min)}–${text(spread.max)}`];
}

function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? '' : times(ratio);
}

function failures(contenders: readonly ContenderReport[]): string[] {
  return contenders.flatMap(({ name, failure }) => (failure === undefined ? [] : ['', `FAILED ${name}: ${failure}`]));
}

function targetText({ text, shown, met }: TargetReport): string {
  const verdict = met === null ? '       ' : met ? 'met    ' : 'NOT MET';
  return `  ${verdict}  ${shown.padStart(12)}  ${text}`;
}
