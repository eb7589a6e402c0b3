import type { RunSnapshot } from '@millrace/core';
import { paintFor } from './paint.js';
import { progressBlock, progressLine } from './progress.js';

/** What the progress of a run is written to: `process.stderr`, or what looks like it. */
export interface ProgressStream {
  /** Whether it is a terminal: progress is drawn in place there, unless `TERM` is `dumb`. Default: it is none. */
  readonly isTTY?: boolean;
  /** Lines of the terminal; no more are drawn in place. Default: no limit. */
  readonly rows?: number;
  /** Whether the terminal shows colours; asked once. Default: it shows none. */
  readonly hasColors?: () => boolean;
  /** Takes text that ends with a line feed, or holds the codes of a terminal. */
  write(text: string): unknown;
}

/** Progress that is being shown. */
export interface LiveProgress {
  /** Writes a line that stays, above what is drawn in place. */
  note(line: string): void;
  /** Shows no more; what was drawn in place is wiped, so that the report can take its room. A second stop is ignored. */
  stop(): void;
}

/** How progress is shown. */
export interface ProgressOptions {
  /** Time between two lines where there is no terminal, in ms. Default 1 000. */
  readonly lineMs?: number | undefined;
  /** Items that will be read, when that is known: the time that is left is told then. Default: not known. */
  readonly total?: number | undefined;
}

const redrawMs = 100;
/** Rates are taken over this time, in ms: long enough to be read, short enough to be now. */
const recentMs = 2_000;

// To the first column: a typed ^C is echoed behind the block.
const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}F` : '');
const wipeLine = '\u001b[K';
const wipeBelow = '\u001b[J';
// With wrapping off the terminal cuts long lines; a wrapped one would break the count of lines to go up.
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';

/**
 * Shows how a run goes on: a block redrawn in place ten times a second on a terminal, else a line now and then. It does not keep the program
 * alive: a run that can never end would go on for ever.
 *
 * @param run a run that has been started
 * @param stream mostly `process.stderr`, which leaves stdout to data
 *
 * @example
 * ```ts
 * import { paintFor, reportTable, showProgress } from '@millrace/cli/console';
 * import { flow, pipeline } from '@millrace/core';
 * import { filter } from 'rxjs';
 *
 * const numbers = Array.from({ length: 1000 }, (_, n) => n);
 * const even = pipeline(import.meta, 'even', () => flow(numbers).pipe(filter((n) => n % 2 === 0)));
 *
 * const run = even.start();
 * const progress = showProgress(run, process.stderr, { total: numbers.length });
 * try {
 *   const report = await run.finished;
 *   progress.stop();
 *   console.error(reportTable(report, paintFor(process.stderr)).join('\n'));
 * } finally {
 *   progress.stop();
 * }
 * ```
 */
export function showProgress(
  run: { snapshot(): RunSnapshot },
  stream: ProgressStream,
  options: ProgressOptions = {},
): LiveProgress {
  return stream.isTTY && process.env.TERM !== 'dumb' ? showBlock(run, stream, options) : showLines(run, stream, options);
}

function showBlock(run: { snapshot(): RunSnapshot }, stream: ProgressStream, { total }: ProgressOptions): LiveProgress {
  const paint = paintFor(stream);
  const recent: RunSnapshot[] = [];
  let drawn = 0;
  const wipe = (): void => {
    if (drawn > 0) stream.write(`${up(drawn)}${wipeBelow}`);
    drawn = 0;
  };
  const draw = (): void => {
    const now = run.snapshot();
    while (recent.length > 1 && now.elapsedMs - recent[1]!.elapsedMs >= recentMs) recent.shift();
    const lines = progressBlock(now, recent[0], paint, total).slice(0, (stream.rows ?? Number.POSITIVE_INFINITY) - 1);
    recent.push(now);
    stream.write(`${wrapOff}${up(drawn)}${lines.map((line) => `${line}${wipeLine}\n`).join('')}${wipeBelow}${wrapOn}`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, redrawMs).unref();
  return {
    note: (line) => {
      wipe();
      stream.write(`${line}\n`);
    },
    stop: () => {
      clearInterval(timer);
      wipe();
    },
  };
}

function showLines(
  run: { snapshot(): RunSnapshot },
  stream: ProgressStream,
  { lineMs = 1_000, total }: ProgressOptions,
): LiveProgress {
  let earlier: RunSnapshot | undefined;
  const timer = setInterval(() => {
    const now = run.snapshot();
    stream.write(`${progressLine(now, earlier, total)}\n`);
    earlier = now;
  }, lineMs).unref();
  return {
    note: (line) => stream.write(`${line}\n`),
    stop: () => clearInterval(timer),
  };
}
