import type { RunSnapshot } from '@millrace/core';
import { activityBar, activityBetween, activityLegend } from './activity.js';
import type { Paint } from './paint.js';
import { count, duration, rate } from './quantity.js';
import { type Cell, type Column, table } from './table.js';

type StageSnapshot = RunSnapshot['stages'][number];

const gaugeCells = 8;
const activityCells = 16;

const columns: readonly Column[] = [
  { title: 'stage', align: 'left', minWidth: 14 },
  { title: 'kind', align: 'left', minWidth: 7 },
  { title: 'out', minWidth: 9 },
  { title: 'rate', minWidth: 9 },
  { title: 'waiting', align: 'left', minWidth: gaugeCells + 8 },
  { title: 'time', align: 'left', minWidth: activityCells },
];

/**
 * How a run stands, as lines of at most 100 columns to be drawn in place of the former ones.
 * Rates and the use of time are those since `earlier`, or since the start without one. `total`: items that will be read, when that is known.
 */
export function progressBlock(now: RunSnapshot, earlier: RunSnapshot | undefined, paint: Paint, total?: number): string[] {
  const rows = now.stages.map((stage, at) =>
    stageRow(stage, earlier?.stages[at], now.elapsedMs - (earlier?.elapsedMs ?? 0), paint),
  );
  const state = now.state === 'draining' ? paint.warn(now.state) : paint.good(now.state);
  return [
    '',
    `  ${paint.strong(now.pipeline)}  ${state}  ${duration(now.elapsedMs)}`,
    '',
    ...table(columns, rows, paint.faint),
    '',
    `  ${count(now.delivered)} delivered of ${count(now.read)} read, ${count(now.live)} items in memory${leftText(now, total, ', ')}`,
    `  ${paint.faint(activityLegend)}`,
    `  ${paint.faint(keys(now.state))}`,
  ];
}

/** How a run stands, in one line without any codes. */
export function progressLine(now: RunSnapshot, earlier: RunSnapshot | undefined, total?: number): string {
  const delivered = now.delivered - (earlier?.delivered ?? 0);
  const state = now.state === 'running' ? '' : ` ${now.state}`;
  const fullest = now.stages.reduce((most, stage) => (stage.waiting > most.waiting ? stage : most));
  return [
    `${now.pipeline}${state} ${duration(now.elapsedMs)}`,
    `${count(now.read)} read`,
    `${count(now.delivered)} delivered (${rate(delivered, now.elapsedMs - (earlier?.elapsedMs ?? 0))})`,
    fullest.waiting > 0 ? `most wait at ${fullest.name} (${count(fullest.waiting)})` : 'none waits',
  ]
    .join(' | ')
    .concat(leftText(now, total, ' | '));
}

/** `, about 12 s left`, by the mean rate of the run so far; nothing while that cannot be known, or all was read. */
function leftText({ read, elapsedMs }: RunSnapshot, total: number | undefined, before: string): string {
  if (total === undefined || read === 0 || read >= total) return '';
  return `${before}about ${duration((elapsedMs / read) * (total - read))} left`;
}

function stageRow(stage: StageSnapshot, earlier: StageSnapshot | undefined, overMs: number, paint: Paint): Cell[] {
  return [
    { text: stage.name, paint: paint.strong },
    { text: stage.lanes.length > 0 ? `${stage.kind} × ${stage.lanes.length}` : stage.kind },
    { text: count(stage.out) },
    { text: rate(stage.out - (earlier?.out ?? 0), overMs) },
    stage.queue.capacity > 0 ? gauge(stage.waiting, stage.queue.capacity, paint) : { text: '' },
    activityBar(activityBetween(earlier, stage), activityCells, paint),
  ];
}

/** How full the queue before a stage is: `━━━━━─── 640`. One item is seen, and only a full queue looks full. */
function gauge(waiting: number, capacity: number, paint: Paint): Cell {
  const cells = (waiting / capacity) * gaugeCells;
  const filled = cells < 1 ? Math.ceil(cells) : Math.min(gaugeCells, Math.floor(cells));
  const bar = '━'.repeat(filled) + '─'.repeat(gaugeCells - filled);
  return {
    text: `${bar} ${count(waiting)}`,
    paint: (text) => text.slice(0, filled) + paint.faint(text.slice(filled, gaugeCells)) + text.slice(gaugeCells),
  };
}

function keys(state: RunSnapshot['state']): string {
  if (state === 'draining') return 'Finishing what was read. Ctrl-C again cancels.';
  return 'Ctrl-C drains: what was read is finished and written. Twice cancels.';
}
