import { postgres } from '@millrace/connectors';
import { live } from '../file/folder.fixture.js';
import type { PostgresServer } from './server.fixture.js';
import type { PostgresWriteOptions } from './write-options.js';

type Options = Omit<PostgresWriteOptions, 'table'>;

/** All ways to write. */
export const ways: readonly Options[] = [{ write: 'copy' }, { write: 'insert' }, { write: 'merge', key: 'id' }];

/** The table `notes` of a server, which refuses a row 13, and what writes to it. */
export function notesOf(server: () => PostgresServer) {
  const item = (id: number) => ({ id, note: `note ${id}` });
  return {
    context: { signal: live() },
    item,
    items: (count: number, from = 1) => Array.from({ length: count }, (_, index) => item(from + index)),
    sink: (options: Options = {}) => postgres.write(server().url, { table: 'notes', ...options }),
    stored: () => server().query('select id, note from notes order by id'),
    isQuiet: async () => (await server().sessions()).length === 0,
    /** Makes the table anew. */
    fresh: async () => {
      await server().query(
        'drop table if exists notes; create table notes (id int primary key check (id <> 13), note text not null, extra jsonb)',
      );
    },
  };
}
