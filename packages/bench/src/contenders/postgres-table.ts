import { rmSync } from 'node:fs';
// As the tests start it: it is no part of what is published.
import { installedPrograms, PostgresServer } from '../../../connectors/dist/postgres/server.fixture.js';
import type { Outcome, RunContender, Size } from '../contender.js';
import { createTable, outcomeQuery } from '../workloads/table-rows.js';

/** Why nothing can be written here; undefined when there is PostgreSQL. */
export function postgresObstacle(): string | undefined {
  return installedPrograms() === undefined ? 'PostgreSQL is not installed' : undefined;
}

/** Writes the rows into the empty table, and commits. */
export type WriteTable = (url: string, size: Size) => Promise<void>;

/** A server for the life of this process, and a table that is emptied before each run and looked at behind it. */
export async function intoTable(write: WriteTable): Promise<RunContender> {
  const server = await PostgresServer.start();
  // The server is told to end by its own listener, which is called before; it may still hold files for a moment.
  process.once('exit', () => rmSync(server.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  await server.query(createTable);
  return async (size) => {
    const begunAt = performance.now();
    await server.query('truncate target');
    const startedAt = performance.now();
    await write(server.url, size);
    const endedAt = performance.now();
    const [row] = await server.query<Outcome>(outcomeQuery);
    return { ...row!, asideMs: startedAt - begunAt + (performance.now() - endedAt) };
  };
}
