// What the run must find, computed by another engine (SQL in DuckDB), with another formula (the chord between points on the unit
// sphere), from the same files. It shares no code with the pipeline.
import { DuckDBInstance } from '@duckdb/node-api';

/** A ZIP code with an airport near enough. */
export interface OracleRow {
  readonly zip_code: string;
  readonly iata: string;
  readonly km: number;
  readonly departures: number;
  readonly destinations: number;
}

/** The CSV files, by absolute paths. */
export interface OracleFiles {
  readonly zipcodes: string;
  readonly airports: string;
  readonly flights: string;
}

// Only pairs whose latitudes lie in the same or in neighbouring bands of 0.1 degrees are compared. No pair within 10 km is missed: 10 km
// are 0.0899 degrees of latitude, and a great circle is never shorter than the difference of the latitudes.
const rows = `
  WITH zips AS (
    SELECT zip_code, radians(latitude) AS phi, radians(longitude) AS lambda, floor(latitude * 10)::INTEGER AS band
    FROM read_csv($zipcodes, header = true, types = { 'zip_code': 'VARCHAR' })
  ), sites AS (
    SELECT iata, radians(latitude) AS phi, radians(longitude) AS lambda, floor(latitude * 10)::INTEGER + shift AS band
    FROM read_csv($airports, header = true, types = { 'iata': 'VARCHAR' }), (VALUES (-1), (0), (1)) AS shifts(shift)
  ), pairs AS (
    SELECT zip_code, iata, 2 * 6371.0088 * asin(sqrt(
        power(cos(z.phi) * cos(z.lambda) - cos(s.phi) * cos(s.lambda), 2)
      + power(cos(z.phi) * sin(z.lambda) - cos(s.phi) * sin(s.lambda), 2)
      + power(sin(z.phi) - sin(s.phi), 2)) / 2) AS km
    FROM zips z JOIN sites s USING (band)
  ), nearest AS (
    SELECT * FROM pairs WHERE km <= 10
    QUALIFY row_number() OVER (PARTITION BY zip_code ORDER BY km, iata) = 1
  ), flights AS (
    SELECT origin, sum(count)::INTEGER AS departures, count(DISTINCT destination)::INTEGER AS destinations
    FROM read_csv($flights, header = true) GROUP BY origin
  )
  SELECT zip_code, iata, km, coalesce(departures, 0) AS departures, coalesce(destinations, 0) AS destinations
  FROM nearest LEFT JOIN flights ON origin = iata
  ORDER BY zip_code`;

/** Runs the query; one row for each ZIP code whose nearest airport is at most 10 km away, by ZIP code. */
export async function askOracle({ zipcodes, airports, flights }: OracleFiles): Promise<OracleRow[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    const result = await connection.runAndReadAll(rows, { zipcodes, airports, flights });
    return result.getRowObjectsJS() as unknown as OracleRow[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
