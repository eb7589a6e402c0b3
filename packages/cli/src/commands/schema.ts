import { jsonSchema } from '@millrace/config';
import type { Command } from 'commander';
import type { Streams } from '../shell/streams.js';

/** `millrace schema`. */
export function addSchema(program: Command, streams: Streams): void {
  program
    .command('schema')
    .description('print the JSON Schema of pipeline files, for editors')
    .action(() => streams.data(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`));
}
