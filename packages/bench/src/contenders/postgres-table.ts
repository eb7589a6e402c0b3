import { rmSync } from 'node:fs';
import type { Finish, RunContender, Size } from '../contender.js';
import { createTable, outcomeQuery } from '../workloads/table-rows.js';

/** What the bench needs of the server that the connectors' tests start: a folder of their own, programs of this machine. */
interface Server {
  readonly url: string;
  readonly folder: string;
  readonly query: (text: string) => Promise<object[]>;
}

interface ServerModule {
  readonly PostgresServer: { readonly start: () => Promise<Server> };
  readonly installedPrograms: () => string | undefined;
}

/** It is no part of what the connectors export, nor of what is published of them. */
async function serverModule(): Promise<ServerModule> {
  return import(new URL('../../../connectors/dist/postgres/server.fixture.js', import.meta.url).href);
}

/** Why nothing can be written here; undefined when there is PostgreSQL. */
export async function postgresObstacle(): Promise<string | undefined> {
  const { installedPrograms } = await serverModule();
  return installedPrograms() === undefined ? 'PostgreSQL is not installed' : undefined;
}

/** Writes the rows into the empty table, and commits. */
export type WriteTable = (url: string, size: Size) => Promise<void>;

/** A server for the life of this process, and a table that is emptied before each run and looked at behind it. */
export async function intoTable(write: WriteTable): Promise<RunContender> {
  const { PostgresServer } = await serverModule();
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
    const [row] = (await server.query(outcomeQuery)) as [Finish];
    return { ...row, asideMs: startedAt - begunAt + (performance.now() - endedAt) };
  };
}
