import { convertConfig } from '@millrace/config';
import type { Command } from 'commander';
import type { Streams } from '../shell/streams.js';
import { gatherSet } from '../target/flags.js';

/** `millrace convert`. */
export function addConvert(program: Command, streams: Streams): void {
  program
    .command('convert')
    .description('print a TypeScript module that runs the same as a pipeline file')
    .argument('<file>', 'pipeline file')
    .option('--set <path=value>', 'a value over that of the file; may be repeated', gatherSet, {})
    .action(async (file: string, { set }: { readonly set: Readonly<Record<string, string>> }) => {
      await streams.data(await convertConfig(file, { set }));
    });
}
