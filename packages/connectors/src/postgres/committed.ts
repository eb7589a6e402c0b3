import { type Connection, never } from './connection.js';
import { PostgresError } from './postgres-error.js';

/** Commits, and says truthfully what came of it. @throws PostgresError */
export async function committed(connection: Connection): Promise<void> {
  const { place, isLost } = connection;
  let command: string;
  try {
    ({ command } = await connection.query('commit', [], never));
  } catch (error) {
    // What was lost before is undone for certain.
    if (!(error instanceof PostgresError) || !error.unreachable || isLost) throw error;
    const problem = `the connection was lost while the transaction was being committed, so it is not known whether it was: ${error.message}`;
    throw new PostgresError(place, { problem, sqlState: error.sqlState, unreachable: true }, { cause: error });
  }
  // What a server says that was told to commit a transaction in which something had failed.
  if (command === 'ROLLBACK')
    throw new PostgresError(place, { problem: 'the transaction had failed, and was undone at its commit' });
}
