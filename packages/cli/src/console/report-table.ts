import type { RunReport, StageReport } from '@millrace/core';
import { activityBar, activityLegend } from './activity.js';
import { asItIs, type Paint } from './paint.js';
import { prose } from './prose.js';
import { count, duration, perItem, rate, share } from './quantity.js';
import { discrepancies } from './reconcile.js';
import { type Cell, type Column, table } from './table.js';

const activityCells = 16;

const columns: readonly Column[] = [
  { title: 'stage', align: 'left' },
  { title: 'kind', align: 'left' },
  { title: 'in' },
  { title: 'ok' },
  { title: 'filtered' },
  { title: 'out' },
  { title: 'queue peak' },
  { title: 'busy' },
  { title: 'time', align: 'left' },
];

/**
 * What a run did: counts per stage, what items took, the lanes, warnings, whether the counts reconcile, and the bottleneck in a sentence.
 *
 * @returns lines without line feeds, of at most 100 columns; join them by `'\n'`
 */
export function reportTable(report: RunReport, paint: Paint): string[] {
  const outcomePaint = { completed: paint.good, drained: paint.warn, cancelled: paint.warn, failed: paint.bad }[report.outcome];
  return [
    '',
    `  ${paint.strong(report.pipeline)}  ${outcomePaint(report.outcome)} in ${duration(report.elapsedMs)}`,
    `  ${totals(report)}`,
    '',
    ...table(
      columns,
      report.stages.map((stage) => stageRow(stage, paint)),
      paint.faint,
    ),
    `  ${paint.faint(activityLegend)}`,
    '',
    ...prose(report.stages.flatMap(exceptions), paint.warn),
    ...prose(report.stages.flatMap(tasks), asItIs),
    ...prose(report.stages.flatMap(lanes), asItIs),
    ...prose(
      report.warnings.map(({ text }) => `! ${text}`),
      paint.warn,
    ),
    ...verdict(report, paint),
    '',
    ...prose([report.bottleneck.text], paint.strong),
    '',
  ];
}

function totals({ read, delivered, elapsedMs, peak, bound }: RunReport): string {
  const memory =
    bound === null ? `at most ${count(peak)} items in memory` : `at most ${count(peak)} items in memory (bound ${count(bound)})`;
  return `${count(read)} read, ${count(delivered)} delivered, ${rate(read, elapsedMs)}, ${memory}`;
}

/** Only stages that run a function on each item have outcomes; of the others the table shows what went in and out. */
function stageRow(stage: StageReport, paint: Paint): Cell[] {
  const hasOutcomes = stage.kind === 'io' || stage.kind === 'cpu';
  return [
    { text: stage.name, paint: paint.strong },
    { text: stage.lanes.length > 0 ? `${stage.kind} × ${stage.lanes.length}` : stage.kind },
    { text: count(stage.in) },
    { text: hasOutcomes ? count(stage.ok) : '' },
    { text: hasOutcomes ? count(stage.filtered) : '' },
    { text: count(stage.out) },
    { text: stage.queue.capacity > 0 ? `${count(stage.queue.peak)}/${count(stage.queue.capacity)}` : '' },
    { text: duration(stage.busyMs) },
    activityBar(stage, activityCells, paint),
  ];
}

/** Outcomes that most runs have none of, and what it took to avoid them: `parse: 3 skipped, 12 retries`. */
function exceptions(stage: StageReport): string[] {
  const counts: readonly (readonly [number, string])[] = [
    [stage.skipped, 'skipped'],
    [stage.deadLettered, 'dead-lettered'],
    [stage.failed, 'failed'],
    [stage.cancelled, 'cancelled'],
    [stage.dropped, 'dropped'],
    [stage.retries, 'retries'],
    [stage.lanes.reduce((sum, lane) => sum + lane.restarts, 0), 'lane restarts'],
  ];
  const some = counts.filter(([items]) => items > 0).map(([items, what]) => `${count(items)} ${what}`);
  return some.length > 0 ? [`${stage.name}: ${some.join(', ')}`] : [];
}

/** What an item takes in the task of a stage, and what it takes to bring it there. */
function tasks({ name, run, wait, handOverMs }: StageReport): string[] {
  if (run === undefined) return [];
  const parts = [`${perItem(run.mean, 1)} an item, p50 ${perItem(run.p50, 1)}, p99 ${perItem(run.p99, 1)}`];
  if (wait !== undefined) parts.push(`on its way p50 ${perItem(wait.p50, 1)}, p99 ${perItem(wait.p99, 1)}`);
  if (handOverMs !== undefined) parts.push(`handing over ${perItem(handOverMs, run.count)} of the main thread`);
  return [`${name}: ${parts.join('; ')}`];
}

function lanes({ name, lanes }: StageReport): string[] {
  if (lanes.length === 0) return [];
  const each = lanes
    .slice(0, 4)
    .map(
      ({ worker, items, busyMs, idleMs }) => `lane ${worker} ${share(busyMs, busyMs + idleMs)} busy with ${count(items)} items`,
    );
  const more = lanes.length > each.length ? [`${lanes.length - each.length} more`] : [];
  return [`${name}: ${[...each, ...more].join(', ')}`];
}

function verdict(report: RunReport, paint: Paint): string[] {
  const wrong = discrepancies(report);
  if (wrong.length > 0)
    return prose(
      wrong.map((sentence) => `✗ ${sentence}`),
      paint.bad,
    );
  return [`  ${paint.good('✓')} the counts reconcile: every item is accounted for`];
}
