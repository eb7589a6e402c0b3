import { DuckDBInstance } from '@duckdb/node-api';

/** Another engine, to write files that are read and to read files that were written. */
export interface Duck {
  readonly run: (sql: string) => Promise<void>;
  /** Rows with the values as JavaScript's: bigints, Dates, and text where the query casts. */
  readonly ask: (sql: string) => Promise<Record<string, unknown>[]>;
  readonly close: () => void;
}

export async function openDuck(): Promise<Duck> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    run: async (sql) => {
      await connection.run(sql);
    },
    ask: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
