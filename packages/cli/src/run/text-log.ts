import type { RunEvent } from '@millrace/core';
import { type LiveProgress, showProgress } from '../console/live-progress.js';
import { paintFor } from '../console/paint.js';
import { reportTable } from '../console/report-table.js';
import { failureText } from '../failure-text.js';
import { label } from '../shell/printer-label.js';
import type { Streams } from '../shell/streams.js';
import type { LogOptions, RunLog } from './log.js';
import { toldReport } from './told-report.js';

/** Time between two lines of progress where there is no terminal, in ms. */
const lineMs = 2_000;

/** How a run goes, for people: live on a terminal, else in lines; a table at the end. All of it on stderr. */
export function textLog(streams: Streams, { quiet, total }: LogOptions): RunLog {
  const paint = paintFor(process.stderr);
  const { redacted } = streams;
  const shown = screen(streams);
  let progress: LiveProgress | undefined;
  const note = (line: string): void => {
    if (progress === undefined) streams.show(`${line}\n`);
    else progress.note(line);
  };
  return {
    note,
    begin: (run) => {
      if (!quiet) progress = showProgress({ snapshot: () => toldReport(run.snapshot(), redacted) }, shown, { lineMs, total });
    },
    event: (event) => {
      const line = lineOf(event, redacted);
      if (line !== undefined) note(line);
    },
    printed: (printer, text) => note(`${paint.faint(printer)} ${redacted(text)}`),
    end: ({ report, failure, beside, signal }, exit) => {
      progress?.stop();
      progress = undefined;
      if (exit === 'brokenPipe') return;
      if (!quiet && report !== undefined && (failure === undefined || report.read > 0)) {
        streams.show(`${reportTable(toldReport(report, redacted), paint).join('\n')}\n`);
      }
      if (failure !== undefined && !(signal !== undefined && isCancel(failure.error))) {
        streams.show(`${paint.bad('error:')} ${redacted(failureText(failure.error))}\n`);
      }
      if (beside !== undefined) streams.show(`${paint.bad('error:')} ${redacted(failureText(beside.error))}\n`);
    },
  };
}

/** stderr as progress sees it, below the guard that keeps what the code of pipelines prints. */
function screen(streams: Streams) {
  const { stderr } = process;
  return {
    isTTY: stderr.isTTY,
    get rows() {
      return stderr.rows;
    },
    hasColors: () => stderr.hasColors?.() ?? false,
    write: streams.show,
  };
}

/** What is worth a line while the run goes on; the report tells the rest. */
function lineOf(event: RunEvent, redacted: (text: string) => string): string | undefined {
  switch (event.type) {
    case 'output':
      return `${label(event.stages.map(redacted), event.worker)} ${redacted(event.text)}`;
    case 'laneDied':
      return `lane ${event.worker} died: ${redacted(event.error.message)}`;
    case 'laneRetired':
      return `lane ${event.worker} has died too often and is not replaced: ${redacted(event.error.message)}`;
    case 'laneCloseFailed':
      return `lane ${event.worker} could not give back what it held: ${redacted(messageOf(event.error))}`;
    case 'releaseFailed':
      return `${redacted(event.stage)} could not give back what it held: ${redacted(messageOf(event.error))}`;
    default:
      return undefined;
  }
}

function isCancel(error: unknown): boolean {
  return error instanceof Error && error.name === 'CancelledError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
