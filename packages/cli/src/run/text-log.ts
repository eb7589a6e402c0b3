import type { RunEvent } from '@millrace/core';
import { type LiveProgress, showProgress } from '../console/live-progress.js';
import { paintFor } from '../console/paint.js';
import { reportTable } from '../console/report-table.js';
import { failureText } from '../failure-text.js';
import { label } from '../shell/printer-label.js';
import type { Streams } from '../shell/streams.js';
import type { LogOptions, RunLog } from './log.js';

/** Time between two lines of progress where there is no terminal, in ms. */
const lineMs = 2_000;

/** How a run goes, for people: live on a terminal, else in lines; a table at the end. All of it on stderr. */
export function textLog(streams: Streams, { quiet, total }: LogOptions): RunLog {
  const paint = paintFor(process.stderr);
  const shown = screen(streams);
  let progress: LiveProgress | undefined;
  const note = (line: string): void => {
    if (progress === undefined) streams.tell(line);
    else progress.note(streams.redacted(line));
  };
  return {
    note,
    begin: (run) => {
      if (!quiet) progress = showProgress(run, shown, { lineMs, total });
    },
    event: (event) => {
      const line = lineOf(event);
      if (line !== undefined) note(line);
    },
    printed: (printer, text) => note(`${paint.faint(printer)} ${text}`),
    end: ({ report, failure, signal }, exit) => {
      progress?.stop();
      progress = undefined;
      if (exit === 'brokenPipe') return;
      if (!quiet && report !== undefined && (failure === undefined || report.read > 0)) {
        streams.tell(reportTable(report, paint).join('\n'));
      }
      if (failure !== undefined && !(signal !== undefined && isCancel(failure.error))) {
        streams.tell(`${paint.bad('error:')} ${failureText(failure.error)}`);
      }
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
    write: (text: string) => streams.show(streams.redacted(text)),
  };
}

/** What is worth a line while the run goes on; the report tells the rest. */
function lineOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'output':
      return `${label(event.stages, event.worker)} ${event.text}`;
    case 'laneDied':
      return `lane ${event.worker} died: ${event.error.message}`;
    case 'laneRetired':
      return `lane ${event.worker} has died too often and is not replaced: ${event.error.message}`;
    case 'laneCloseFailed':
      return `lane ${event.worker} could not give back what it held: ${messageOf(event.error)}`;
    case 'releaseFailed':
      return `${event.stage} could not give back what it held: ${messageOf(event.error)}`;
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
