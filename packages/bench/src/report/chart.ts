import type { Role } from '../contender.js';
import { type MetricName, metrics } from '../metric.js';
import type { ContenderReport, Report, ScenarioReport } from './report.js';
import { scaleFor } from './scale.js';
import { el, type Node, svg } from './svg.js';

const width = 960;
const margin = 24;
const nameWidth = 250;
const valueWidth = 210;
const barLeft = margin + nameWidth;
const barWidth = width - barLeft - valueWidth - margin;
const rowHeight = 26;
const lineHeight = 18;
const barHeight = 14;

const colours: Readonly<Record<Role, string>> = {
  millrace: '#0b6e99',
  peer: '#8a94a0',
  naive: '#c9a227',
  optimum: '#3d8b40',
  limit: '#b9c0c7',
};

/** Bars of the medians with whiskers from least to most, a chart for each scenario, one below the other. */
export function chartSvg(report: Report): string {
  const blocks: Node[] = [];
  let y = margin + lineHeight;
  for (const line of headLines(report)) {
    blocks.push(text(margin, y, line, { 'font-size': 12, fill: '#555' }));
    y += lineHeight;
  }
  blocks.push(legend(y));
  y += 2 * lineHeight;
  for (const scenario of report.scenarios) {
    const { nodes, height } = scenarioChart(scenario, y);
    blocks.push(...nodes);
    y += height;
  }
  return svg({ width, height: y + margin, title: `Millrace bench: ${report.command}` }, blocks);
}

function headLines({ command, startedAt, machine, rounds, quick, warnings }: Report): string[] {
  return [
    command,
    `${startedAt.slice(0, 10)}, Node.js ${machine.node}, ${machine.cpu}, ${machine.cores} cores; rounds: ${rounds}, bars to the median, whiskers from least to most${quick ? '; --quick: no figures to go by' : ''}`,
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
}

function legend(y: number): Node {
  const roles = Object.entries(colours);
  return el(
    'g',
    {},
    roles.flatMap(([role, fill], i) => [
      el('rect', { x: margin + i * 110, y: y - 10, width: 12, height: 12, fill }),
      text(margin + i * 110 + 18, y, role, { 'font-size': 12 }),
    ]),
  );
}

function scenarioChart({ name, shows, chart, contenders }: ScenarioReport, top: number): { nodes: Node[]; height: number } {
  const { title, better } = metrics[chart];
  const values = contenders.flatMap(({ metrics: { [chart]: spread } }) => (spread === undefined ? [] : [spread.min, spread.max]));
  const scale = scaleFor(values);
  const tickText = (tick: number): string => (tick === 0 ? '0' : metrics[chart].text(tick));
  const axis = `${title}, ${better} is better${scale.kind === 'logarithmic' ? ', logarithmic' : ''}`;
  const barsTop = top + 3 * lineHeight;
  return {
    nodes: [
      text(margin, top, name, { 'font-size': 16, 'font-weight': 600 }),
      text(margin, top + lineHeight, shows, { 'font-size': 12, fill: '#555' }),
      text(barLeft, top + 2 * lineHeight, axis, { 'font-size': 12, fill: '#555' }),
      ...scale.ticks.flatMap((tick) => gridLine(tickText(tick), barLeft + scale.at(tick) * barWidth, barsTop, contenders.length)),
      ...contenders.flatMap((contender, row) => bar(contender, chart, barsTop + row * rowHeight, scale.at)),
    ],
    height: 6 * lineHeight + contenders.length * rowHeight,
  };
}

function gridLine(label: string, x: number, top: number, rows: number): Node[] {
  const bottom = top + rows * rowHeight - 4;
  return [
    el('line', { x1: x, x2: x, y1: top - 4, y2: bottom, stroke: '#ddd' }),
    text(x, bottom + 14, label, { 'font-size': 10, 'text-anchor': 'middle', fill: '#555' }),
  ];
}

function bar(contender: ContenderReport, chart: MetricName, y: number, at: (value: number) => number): Node[] {
  const { name, version, role, metrics: measured, items } = contender;
  const spread = measured[chart];
  const middle = y + barHeight / 2;
  const label = text(barLeft - 8, middle + 4, version === undefined ? name : `${name} ${version}`, {
    'font-size': 12,
    'text-anchor': 'end',
  });
  if (spread === undefined) return [label, text(barLeft, middle + 4, 'failed', { 'font-size': 12, fill: '#b00020' })];
  const x = (value: number): number => barLeft + at(value) * barWidth;
  const stroke = '#222';
  return [
    label,
    el('rect', { x: barLeft, y, width: x(spread.median) - barLeft, height: barHeight, fill: colours[role] }),
    el('line', { x1: x(spread.min), x2: x(spread.max), y1: middle, y2: middle, stroke }),
    ...[spread.min, spread.max].map((end) => el('line', { x1: x(end), x2: x(end), y1: middle - 4, y2: middle + 4, stroke })),
    text(barLeft + barWidth + 8, middle + 4, `${metrics[chart].text(spread.median)} (n = ${items.toLocaleString('en-US')})`, {
      'font-size': 12,
    }),
  ];
}

function text(x: number, y: number, words: string, attributes: Readonly<Record<string, string | number>>): Node {
  return el('text', { x, y, ...attributes }, [words]);
}
