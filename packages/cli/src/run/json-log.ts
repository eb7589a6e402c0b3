import type { RunEvent, RunSnapshot } from '@millrace/core';
import { exitCodes } from '../exit-codes.js';
import { label } from '../shell/printer-label.js';
import type { Streams } from '../shell/streams.js';
import { veiled } from '../shell/veiled.js';
import type { LogOptions, RunLog } from './log.js';
import { errorText } from './run-report.js';
import { jsonReport, toldReport } from './told-report.js';

/** Time between two entries of progress, in ms. */
const progressMs = 2_000;

/** How a run goes, for programs: a JSON object a line on stderr, each with `time` and `event`. */
export function jsonLog(streams: Streams, { quiet, total }: LogOptions): RunLog {
  const { redacted } = streams;
  let timer: NodeJS.Timeout | undefined;
  const entry = (event: string, fields: object): void => {
    streams.show(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
  };
  return {
    note: (text) => entry('note', { text }),
    begin: (run) => {
      if (quiet) return;
      timer = setInterval(() => entry('progress', progressOf(toldReport(run.snapshot(), redacted), total)), progressMs).unref();
    },
    event: (event) => {
      const fields = fieldsOf(event, redacted);
      if (fields !== undefined && !(quiet && event.type !== 'output')) entry(event.type, fields);
    },
    printed: (printer, text, stream) => entry('output', { from: printer, stream, text: redacted(text) }),
    end: ({ report, failure, beside, signal }, exit) => {
      clearInterval(timer);
      for (const wrong of [failure, beside]) {
        if (wrong !== undefined && exit !== 'brokenPipe') entry('error', { error: errorText(wrong.error, redacted) });
      }
      if (!quiet)
        entry('finished', {
          exitCode: exitCodes[exit].code,
          ...(signal && { signal }),
          ...(report && { report: jsonReport(report, streams) }),
        });
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
function fieldsOf(event: RunEvent, redacted: (text: string) => string): object | undefined {
  if (event.type === 'itemRejected' || event.type === 'ended') return undefined;
  if (event.type === 'output') {
    const { stages, worker, stream, text } = event;
    return { from: label(stages.map(redacted), worker), stream, text: redacted(text) };
  }
  const { type, at, ...rest } = event;
  // A name is in sentences, too. Where it holds no secret they are told as they are: what was counted may look like one.
  const isVeiled = 'stage' in rest && redacted(rest.stage) !== rest.stage;
  const told = isVeiled ? (veiled(rest, { text: redacted }) as object) : rest;
  return { ...told, ...('error' in rest && { error: errorText(rest.error, redacted) }) };
}
