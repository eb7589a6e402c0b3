// What the run must find, computed by another engine: SQL in DuckDB, from the same file. It shares no code with the pipeline.
import { DuckDBInstance } from '@duckdb/node-api';

const summary = `
  SELECT origin, hour(date)::INTEGER AS hour, count(*)::INTEGER AS flights, avg(delay) AS mean_delay, quantile_cont(delay, 0.95) AS p95_delay
  FROM read_parquet($path) GROUP BY ALL ORDER BY ALL`;

export type OracleRow = Readonly<Record<string, unknown>>;

/** The summary of a file of flights, by airport and hour. */
export const askOracle = (path: string): Promise<OracleRow[]> => ask(summary, path);

/** A file of the first flights alone. */
export async function copyFirst(path: string, rows: number, to: string): Promise<void> {
  await ask(`COPY (SELECT * FROM read_parquet($path) LIMIT ${rows}) TO '${to}' (FORMAT parquet)`, path);
}

/** The rows of a Parquet file, as DuckDB reads them, in their order. */
export const readByDuck = (path: string): Promise<OracleRow[]> => ask('SELECT * FROM read_parquet($path)', path);

async function ask(sql: string, path: string): Promise<OracleRow[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql, { path })).getRowObjectsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
