import type { RunEvent, RunSnapshot } from '@millrace/core';
import { exitCodes } from '../exit-codes.js';
import { label } from '../shell/printer-label.js';
import type { Streams } from '../shell/streams.js';
import type { LogOptions, RunLog } from './log.js';
import { errorText } from './run-report.js';

/** Time between two entries of progress, in ms. */
const progressMs = 2_000;

/** How a run goes, for programs: a JSON object a line on stderr, each with `time` and `event`. */
export function jsonLog(streams: Streams, { quiet, total }: LogOptions): RunLog {
  let timer: NodeJS.Timeout | undefined;
  const entry = (event: string, fields: object): void => {
    streams.tell(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));
  };
  return {
    note: (text) => entry('note', { text }),
    begin: (run) => {
      if (quiet) return;
      timer = setInterval(() => entry('progress', progressOf(run.snapshot(), total)), progressMs).unref();
    },
    event: (event) => {
      const fields = fieldsOf(event);
      if (fields !== undefined && !(quiet && event.type !== 'output')) entry(event.type, fields);
    },
    printed: (printer, text, stream) => entry('output', { from: printer, stream, text }),
    end: ({ report, failure, signal }, exit) => {
      clearInterval(timer);
      if (failure !== undefined && exit !== 'brokenPipe') entry('error', { error: errorText(failure.error, 8) });
      if (!quiet) entry('finished', { exitCode: exitCodes[exit].code, ...(signal && { signal }), ...(report && { report }) });
    },
  };
}

function progressOf({ state, elapsedMs, read, delivered, live, stages }: RunSnapshot, total: number | undefined): object {
  return {
    ...{ state, elapsedMs: Math.round(elapsedMs), read, delivered, live },
    ...(total !== undefined && { total }),
    stages: stages.map(({ name, out, waiting, busyMs, blockedMs, starvedMs }) => ({
      ...{ name, out, waiting },
      ...{ busyMs: Math.round(busyMs), blockedMs: Math.round(blockedMs), starvedMs: Math.round(starvedMs) },
    })),
  };
}

/** Undefined for what comes once an item, and for what is told otherwise. */
function fieldsOf(event: RunEvent): object | undefined {
  if (event.type === 'itemRejected' || event.type === 'ended') return undefined;
  if (event.type === 'output') return { from: label(event.stages, event.worker), stream: event.stream, text: event.text };
  const { type, at, ...rest } = event;
  return 'error' in rest ? { ...rest, error: errorText(rest.error, 8) } : rest;
}
