import { csv, type FileRange, lines } from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';
import { mergeMap, reduce } from 'rxjs';

/** What was measured at a station. Temperatures in tenths of a degree: whole numbers add up to the same in any order. */
export interface Station {
  readonly station: string;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export interface StationStatisticsParams {
  /** Text of lines as `Hamburg;12.3`, plain. */
  readonly file: string;
  /** CSV to write. */
  readonly out: string;
}

/** Lanes read the file, each range where it is parsed; only sums by station travel. */
export const stationStatistics = pipeline(import.meta, 'station-statistics', ({ file, out }: StationStatisticsParams) =>
  flow(lines.ranges(file))
    .pipe(
      cpu('sum up', summedUp),
      reduce(added, new Map<string, Station>()),
      mergeMap((stations) => [...stations.values()].sort((a, b) => (a.station < b.station ? -1 : 1)).map(row)),
    )
    .to(csv.write(out)),
);

/** @throws Error for a line that is no measurement */
async function summedUp(range: FileRange): Promise<Station[]> {
  const stations = new Map<string, { count: number; sum: number; min: number; max: number }>();
  for (const line of await lines.linesOf(range)) {
    const semicolon = line.indexOf(';');
    const tenths = Math.round(Number(line.slice(semicolon + 1)) * 10);
    if (semicolon < 1 || Number.isNaN(tenths)) throw new Error(`this is no measurement: ${JSON.stringify(line.slice(0, 100))}`);
    const name = line.slice(0, semicolon);
    const station = stations.get(name);
    if (station === undefined) {
      stations.set(name, { count: 1, sum: tenths, min: tenths, max: tenths });
    } else {
      station.count += 1;
      station.sum += tenths;
      station.min = Math.min(station.min, tenths);
      station.max = Math.max(station.max, tenths);
    }
  }
  return Array.from(stations, ([station, numbers]) => ({ station, ...numbers }));
}

function added(stations: Map<string, Station>, ofRange: readonly Station[]): Map<string, Station> {
  for (const { station, count, sum, min, max } of ofRange) {
    const known = stations.get(station) ?? { count: 0, sum: 0, min, max };
    stations.set(station, {
      station,
      count: known.count + count,
      sum: known.sum + sum,
      min: Math.min(known.min, min),
      max: Math.max(known.max, max),
    });
  }
  return stations;
}

function row({ station, count, sum, min, max }: Station) {
  const degrees = (tenths: number) => (tenths / 10).toFixed(1);
  return { station, count, min: degrees(min), mean: degrees(sum / count), max: degrees(max) };
}
