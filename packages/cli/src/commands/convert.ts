import { convertConfig } from '@millrace/config';
import type { Command } from 'commander';
import type { Streams } from '../shell/streams.js';
import { setOption } from '../target/flags.js';
import { loadDiscreetly } from '../target/load-discreetly.js';

/** `millrace convert`. */
export function addConvert(command: Command, streams: Streams): void {
  command
    .argument('<file>', 'pipeline file')
    .addOption(setOption('a value over that of the file; may be repeated'))
    .action(async (file: string, { set }: { readonly set: Readonly<Record<string, string>> }) => {
      const module = await loadDiscreetly(
        { set },
        streams,
        (options) => convertConfig(file, options),
        () => undefined,
      );
      await streams.data(module);
    });
}
