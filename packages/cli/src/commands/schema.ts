import { jsonSchema } from '@millrace/config';
import type { Command } from 'commander';
import type { Streams } from '../shell/streams.js';

/** `millrace schema`. */
export function addSchema(command: Command, streams: Streams): void {
  command.action(() => streams.data(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`));
}
