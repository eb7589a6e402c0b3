import { mainThread } from '../shell/printer-label.js';
import type { Streams } from '../shell/streams.js';
import { jsonLog } from './json-log.js';
import type { LogOptions, RunLog } from './log.js';
import { textLog } from './text-log.js';

export type LogFormat = 'text' | 'json';

/** The log that the command line asks for. It gets what modules print when they are imported, before there is a run. */
export function openLog(format: LogFormat, streams: Streams, options: LogOptions): RunLog {
  const log = (format === 'json' ? jsonLog : textLog)(streams, options);
  streams.printed.direct({ printer: () => mainThread, onLine: log.printed });
  return log;
}
