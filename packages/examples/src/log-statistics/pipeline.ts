import { csv, lines, ndjson } from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';
import { mergeMap, reduce } from 'rxjs';

/** What happened in an hour, in UTC: `2026-11-19T08`. */
export interface Hour {
  readonly hour: string;
  readonly requests: number;
  /** Answers of 500 and more. */
  readonly errors: number;
  readonly bytes: number;
  readonly slowest_ms: number;
}

export interface HourlyStatisticsParams {
  /** Glob of access logs, plain or gzipped. */
  readonly logs: string;
  /** CSV to write. */
  readonly out: string;
  /** NDJSON of the lines that are none. */
  readonly rejects: string;
}

export const hourlyStatistics = pipeline(import.meta, 'hourly-statistics', ({ logs, out, rejects }: HourlyStatisticsParams) =>
  flow(lines.read(logs), { deadLetters: ndjson.write(rejects), maxErrors: '1%' })
    .pipe(
      cpu('parse', parseLine, { onError: 'deadLetter' }),
      reduce(added, new Map<string, Hour>()),
      mergeMap((hours) => [...hours.values()].sort((a, b) => (a.hour < b.hour ? -1 : 1))),
    )
    .to(csv.write(out)),
);

// 203.0.113.7 - - [19/Nov/2026:08:30:00 +0000] "GET /basket HTTP/1.1" 200 5123 37
const logLine = /^\S+ \S+ \S+ \[(\d\d)\/(\w{3})\/(\d{4}):(\d\d):\d\d:\d\d \+0000\] "[^"]*" (\d{3}) (\d+) (\d+)$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One request, as the statistics of an hour that had no other. @throws Error for a line that is none of an access log */
export function parseLine(line: string): Hour {
  const found = logLine.exec(line);
  const month = months.indexOf(found?.[2] ?? '') + 1;
  if (found === null || month === 0) throw new Error('this is no line of an access log');
  const [, day, , year, hour, status, bytes, ms] = found;
  return {
    hour: `${year}-${String(month).padStart(2, '0')}-${day}T${hour}`,
    requests: 1,
    errors: Number(status) >= 500 ? 1 : 0,
    bytes: Number(bytes),
    slowest_ms: Number(ms),
  };
}

function added(hours: Map<string, Hour>, one: Hour): Map<string, Hour> {
  const sum = hours.get(one.hour) ?? { requests: 0, errors: 0, bytes: 0, slowest_ms: 0 };
  return hours.set(one.hour, {
    hour: one.hour,
    requests: sum.requests + one.requests,
    errors: sum.errors + one.errors,
    bytes: sum.bytes + one.bytes,
    slowest_ms: Math.max(sum.slowest_ms, one.slowest_ms),
  });
}
