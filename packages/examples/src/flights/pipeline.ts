import { type ParquetSchema, parquet, postgres } from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';
import { mergeMap, reduce } from 'rxjs';
import { added, summaries, type Totals } from './summary.js';
import { tallyRowGroup } from './tally.js';

export interface FlightDelaysParams {
  /** Parquet file of flights, with columns date, delay and origin. */
  readonly flights: string;
  /** Parquet file to write. */
  readonly report: string;
  /** PostgreSQL server that gets the same rows, into a table made by {@link table}; without it only the report is written. */
  readonly postgres?: string | undefined;
}

/** The table that the rows go to. */
export const table = `CREATE TABLE flight_delays (
  origin text, hour integer, flights integer, mean_delay double precision, p95_delay double precision, PRIMARY KEY (origin, hour)
)`;

const schema: ParquetSchema = { origin: 'string', hour: 'int32', flights: 'int32', mean_delay: 'double', p95_delay: 'double' };

/** For each origin airport and hour of the day: how many flights, their mean delay, and its 95th percentile. */
export const flightDelays = pipeline(import.meta, 'flight-delays', (params: FlightDelaysParams) => {
  const rows = flow(parquet.rowGroups(params.flights)).pipe(
    // Only the descriptions of row groups travel to the lanes, and only counts come back.
    cpu('tally', tallyRowGroup),
    reduce(added, new Map() as Totals),
    mergeMap(summaries),
  );
  const report = parquet.write(params.report, { schema });
  if (params.postgres === undefined) return rows.to(report);
  return rows.tee('report', (branch) => branch.to(report)).to(postgres.write(params.postgres, { table: 'flight_delays' }));
});
