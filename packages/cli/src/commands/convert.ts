import { convertConfig } from '@millrace/config';
import type { Command } from 'commander';
import { UsageError } from '../exit-codes.js';
import type { Streams } from '../shell/streams.js';
import { setOption } from '../target/flags.js';
import { loadDiscreetly } from '../target/load-discreetly.js';
import { isModule } from '../target/module-target.js';
import { withStdin } from '../target/stdin-file.js';

/** `millrace convert`. */
export function addConvert(command: Command, streams: Streams): void {
  command
    .argument('<file>', 'pipeline file, or -')
    .addOption(setOption('a value over that of the file; may be repeated'))
    .action(async (file: string, { set }: { readonly set: Readonly<Record<string, string>> }) => {
      if (isModule(file)) throw new UsageError(`convert makes a module of a pipeline file, and ${file} is a module already`);
      const convert = (path: string) =>
        loadDiscreetly(
          { set },
          streams,
          (options) => convertConfig(path, options),
          () => undefined,
        );
      await streams.data(await (file === '-' ? withStdin(streams, convert) : convert(file)));
    });
}
