import type { StageReport } from '@millrace/core';
import type { Paint } from './paint.js';
import type { Cell } from './table.js';

/** How a stage spent a time, in ms. */
export interface Activity {
  readonly busyMs: number;
  readonly blockedMs: number;
  readonly starvedMs: number;
}

/** How the bar of `activityBar` is read. */
export const activityLegend = '█ busy  ▒ blocked (no room ahead)  · starved (no input)';

/** What a stage did between two moments of a run. */
export function activityBetween(earlier: StageReport | undefined, later: StageReport): Activity {
  return {
    busyMs: later.busyMs - (earlier?.busyMs ?? 0),
    blockedMs: later.blockedMs - (earlier?.blockedMs ?? 0),
    starvedMs: later.starvedMs - (earlier?.starvedMs ?? 0),
  };
}

/** A bar of `cells` characters, split as the time was: `██████▒▒▒···`. Blank for a stage that has not lived yet. */
export function activityBar({ busyMs, blockedMs, starvedMs }: Activity, cells: number, paint: Paint): Cell {
  const lifeMs = busyMs + blockedMs + starvedMs;
  if (lifeMs <= 0) return { text: ' '.repeat(cells) };
  // Rounding the two borders, not the three parts, keeps the sum at `cells`.
  const busy = Math.round((busyMs / lifeMs) * cells);
  const blocked = Math.round(((busyMs + blockedMs) / lifeMs) * cells) - busy;
  const starved = cells - busy - blocked;
  return {
    text: '█'.repeat(busy) + '▒'.repeat(blocked) + '·'.repeat(starved),
    paint: () => paint.good('█'.repeat(busy)) + paint.warn('▒'.repeat(blocked)) + paint.faint('·'.repeat(starved)),
  };
}
